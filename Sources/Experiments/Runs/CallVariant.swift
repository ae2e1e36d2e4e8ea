public import OrderedJSON
public import Prompts

/// What is asked differently of a recorded call when it is tried again.
public struct CallVariant: Hashable, Sendable {
    /// What becomes of the tools that the call offered.
    public enum Tools: String, Hashable, Sendable, CaseIterable {
        /// They are offered as recorded; what the model asks of them is shown, not done.
        case offered
        /// None is offered.
        case off
        /// They are offered, and answered as they answered then.
        case answered
    }

    /// A version of a prompt in the place of the one that the call was made with.
    public struct Prompt: Hashable, Sendable {
        /// Its key.
        public var key: String
        /// Its version, or `draft`.
        public var label: String
        /// The system part's template.
        public var system: String
        /// The user part's template.
        public var user: String

        /// Makes one.
        public init(key: String, label: String, system: String, user: String) {
            self.key = key
            self.label = label
            self.system = system
            self.user = user
        }

        /// A saved version.
        public init(_ record: PromptRecord) {
            self.init(
                key: record.key, label: String(record.version), system: record.systemPrompt, user: record.userTemplate)
        }
    }

    /// The model; `nil` for the one recorded.
    public var model: String?
    /// Who is asked; `nil` for the one recorded.
    public var provider: String?
    /// The prompt; `nil` for the text recorded.
    public var prompt: Prompt?
    /// The temperature; `nil` for the one recorded.
    public var temperature: Double?
    /// The tools.
    public var tools: Tools
    /// Values for placeholders that the recorded text does not give.
    public var variables: PromptVariables

    /// Makes a variant; what is left out is as recorded.
    public init(
        model: String? = nil, provider: String? = nil, prompt: Prompt? = nil, temperature: Double? = nil,
        tools: Tools = .offered, variables: PromptVariables = PromptVariables()
    ) {
        self.model = model
        self.provider = provider
        self.prompt = prompt
        self.temperature = temperature
        self.tools = tools
        self.variables = variables
    }

    /// What it changes, in short: `gpt-4o-mini · support@8 · t 0.2`.
    public var title: String {
        var parts: [String] = []
        if let model {
            parts.append((provider.map { $0 + "/" } ?? "") + model)
        } else if let provider {
            parts.append(provider)
        }
        if let prompt { parts.append("\(prompt.key)@\(prompt.label)") }
        if let temperature { parts.append("t \(temperature.formatted)") }
        if tools != .offered { parts.append("tools " + tools.rawValue) }
        return parts.isEmpty ? "as recorded" : parts.joined(separator: " · ")
    }
}

extension Double {
    /// Without a fraction that is none: `0`, `0.2`.
    fileprivate var formatted: String {
        self == rounded() && magnitude < 1e6 ? String(Int(self)) : description
    }
}

extension CallVariant {
    /// The variant as JSON, templates included: a run goes on with what it began with.
    public var json: JSONValue {
        var members: [JSONMember] = []
        if let model { members.append(JSONMember("model", .string(model))) }
        if let provider { members.append(JSONMember("provider", .string(provider))) }
        if let prompt {
            members.append(
                JSONMember(
                    "prompt",
                    [
                        "key": .string(prompt.key), "label": .string(prompt.label), "system": .string(prompt.system),
                        "user": .string(prompt.user),
                    ]))
        }
        if let temperature { members.append(JSONMember("temperature", .number(temperature))) }
        members.append(JSONMember("tools", .string(tools.rawValue)))
        if !variables.isEmpty {
            members.append(
                JSONMember("variables", .object(variables.entries.map { JSONMember($0.name, $0.value) })))
        }
        return .object(members)
    }

    /// Reads ``json``; what it does not know of it leaves as recorded.
    public init(json: JSONValue) {
        let prompt = json["prompt"]
        self.init(
            model: json["model"]?.string, provider: json["provider"]?.string,
            prompt: prompt?["key"]?.string.map {
                Prompt(
                    key: $0, label: prompt?["label"]?.string ?? "", system: prompt?["system"]?.string ?? "",
                    user: prompt?["user"]?.string ?? "")
            },
            temperature: json["temperature"]?.double,
            tools: json["tools"]?.string.flatMap(Tools.init) ?? .offered,
            variables: PromptVariables(json: json["variables"]))
    }
}
