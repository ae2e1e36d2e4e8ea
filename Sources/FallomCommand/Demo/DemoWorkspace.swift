import Assignment
import OrderedJSON
import Prompts
import Workspace
import WorkspaceModel

/// The demo's configs, prompts and A/B test: what its app asks, and what is written to its workspace folder.
struct DemoWorkspace: Sendable {
    /// Every config version, the current one of a key last.
    let configs: [ModelConfig]
    /// Every prompt version, the current one of a key last.
    let prompts: [PromptRecord]
    /// The prompt A/B tests.
    let tests: [PromptABTest]

    /// Reads the texts below.
    ///
    /// - Throws: What is malformed in them; a test reads them all.
    init() throws {
        configs = try Self.configRecords.map { try ModelConfig(record: JSONValue(parsing: $0)) }
        prompts = Self.promptTexts.map {
            PromptRecord(key: $0.key, version: $0.version, systemPrompt: $0.system, userTemplate: $0.user)
        }
        tests = try Self.testRecords.map { try PromptABTest(record: JSONValue(parsing: $0)) }
    }

    /// The current version of a config.
    func config(_ key: String) -> ModelConfig? {
        configs.last { $0.key == key }
    }

    /// What the app got that asked for that prompt in the name of that person, so many hours ago.
    func prompt(
        for wish: DemoPrompt?, sessionID: String, person: DemoPerson, hoursAgo: Double
    ) -> DemoSession.Prompt? {
        let variables = PromptVariables(["company": "ACME", "refundDays": "30", "userName": person.name])
        switch wish {
        case nil: return nil
        case .current(let key):
            return prompts.last { $0.key == key }.map {
                DemoSession.Prompt(
                    key: key, version: $0.version, system: $0.rendered(with: variables).system.text)
            }
        case .test(let key):
            guard let test = tests.last(where: { $0.key == key }), let choice = try? test.choose(sessionID: sessionID)
            else { return nil }
            let versions = prompts.filter { $0.key == choice.promptKey }
            if let earlier = Self.current(of: versions, hoursAgo: hoursAgo) {
                return DemoSession.Prompt(
                    key: earlier.key, version: earlier.version, system: earlier.rendered(with: variables).system.text)
            }
            guard let prompt = versions.first(where: { choice.promptVersion == .version($0.version) }) ?? versions.last
            else { return nil }
            return DemoSession.Prompt(
                key: prompt.key, version: prompt.version, test: key, variant: choice.variantIndex,
                system: prompt.rendered(with: variables).system.text)
        }
    }
}

extension DemoWorkspace {
    /// Config versions as the API gives them.
    static let configRecords = [
        #"{"key":"customer-agent","version":1,"variants":[{"model":"gpt-4o-mini","weight":100}],"targeting":null}"#,
        #"{"key":"customer-agent","version":2,"variants":[{"model":"gpt-4o","weight":90},{"model":"claude-sonnet-4-5","weight":10}],"targeting":null}"#,
        #"{"key":"customer-agent","version":3,"variants":[{"model":"gpt-4o","weight":80},{"model":"claude-sonnet-4-5","weight":20}],"targeting":null}"#,
        #"""
        {"key":"customer-agent","version":4,
         "variants":[{"model":"gpt-4o","weight":50},{"model":"claude-sonnet-4-5","weight":30},{"model":"gemini-2.5-flash","weight":20}],
         "targeting":{"enabled":true,
          "individualTargets":[{"field":"customerId","value":"vip-user-123","variantIndex":1}],
          "rules":[
           {"conditions":[{"field":"plan","operator":"eq","value":"enterprise"},{"field":"region","operator":"startsWith","value":"eu-"}],"variantIndex":1},
           {"conditions":[{"field":"email","operator":"endsWith","value":".gov"}],"variantIndex":0}]}}
        """#,
        #"{"key":"pr-reviewer","version":2,"variants":[{"model":"claude-sonnet-4-5","weight":60},{"model":"o4-mini","weight":40}],"targeting":null}"#,
        #"{"key":"sales-analyst","version":1,"variants":[{"model":"gpt-4o","weight":50},{"model":"o4-mini","weight":50}],"targeting":null}"#,
        #"{"key":"incident-triage","version":1,"variants":[{"model":"claude-sonnet-4-5","weight":100}],"targeting":null}"#,
        #"{"key":"summarizer","version":4,"variants":[{"model":"gpt-4o-mini","weight":70},{"model":"claude-haiku-4-5","weight":30}],"targeting":null}"#,
        #"{"key":"extractor","version":2,"variants":[{"model":"gemini-2.5-flash","weight":60},{"model":"gpt-4o-mini","weight":40}],"targeting":null}"#,
        #"{"key":"onboarding-chat","version":7,"variants":[{"model":"gpt-4o-mini","weight":50},{"model":"claude-haiku-4-5","weight":25},{"model":"gemini-2.5-flash","weight":25}],"targeting":null}"#,
        #"{"key":"translator","version":1,"variants":[{"model":"gemini-2.5-flash","weight":100}],"targeting":null}"#,
        #"{"key":"recipe-bot","version":2,"variants":[{"model":"gpt-4o-mini","weight":100}],"targeting":null}"#,
    ]

    /// The version that everybody got before the test of the last two began; `nil` once it runs.
    private static func current(of versions: [PromptRecord], hoursAgo: Double) -> PromptRecord? {
        switch hoursAgo {
        case 16...: versions.dropLast(3).last
        case 12...: versions.dropLast(2).last
        default: nil
        }
    }

    /// Prompt A/B tests as the API gives them. A session's bucket is the same in every test (the hash has no salt), so
    /// 20 to 80 beside the config's 50, 30, 20 is what lets the two versions meet on one model.
    static let testRecords = [
        #"{"key":"customer-tone","version":1,"variants":[{"prompt_key":"customer-reply","prompt_version":6,"weight":20},{"prompt_key":"customer-reply","prompt_version":7,"weight":80}]}"#
    ]

    /// Sample contexts for simulations.
    static let contexts: [SampleContext] = [
        SampleContext(
            name: "vip enterprise eu", customerID: "vip-user-123",
            context: ["plan": "enterprise", "region": "eu-west-1", "email": "grace@bigco.example"]),
        SampleContext(
            name: "free user us", customerID: "user-456",
            context: ["plan": "free", "region": "us-east-1", "email": "ana@example.com"]),
        SampleContext(
            name: "city hall", customerID: "city-hall",
            context: ["plan": "enterprise", "email": "lena@city.example.gov"]),
        SampleContext(name: "no context"),
    ]

    /// Writes everything to a workspace folder.
    func write(to path: String) throws {
        let folder = WorkspaceFolder(path: path)
        _ = try folder.importRecords(
            .object([
                "configs": .array(configs.map(\.record)), "prompts": .array(promptRecords),
                "prompt_ab_tests": .array(tests.map(\.record)),
            ]))
        for context in Self.contexts { try folder.saveContext(context) }
        for sample in Self.samples { try folder.saveSample(sample) }
    }

    /// Every prompt version with its note, as the API gives it.
    private var promptRecords: [JSONValue] {
        zip(prompts, Self.promptTexts).map { prompt, text in
            .object((prompt.record.object ?? []) + [JSONMember("note", .string(text.note))])
        }
    }

    /// Variables to try the prompts with.
    private static let samples = [
        PromptSample(
            key: "customer-reply", name: "late parcel",
            variables: ["company": "Acme", "refundDays": "30", "question": "Where is my order 1042?"]),
        PromptSample(
            key: "customer-reply", name: "no refund days",
            variables: ["company": "Globex", "question": "Can I send it back?"]),
        PromptSample(
            key: "onboarding", name: "new customer",
            variables: ["company": "Acme", "userName": "Grace", "question": "How do I start?"]),
    ]
}
