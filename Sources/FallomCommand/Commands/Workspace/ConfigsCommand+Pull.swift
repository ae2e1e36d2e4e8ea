import ArgumentParser
import OrderedJSON
import Workspace

/// `fallom configs pull`.
struct ConfigsPullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Take over the configs of Fallom's cloud, or of another console.",
        discussion: """
            Reads \(PullOptions.addresses("FALLOM_CONFIGS_URL", "https://configs.fallom.com")) with the key in \
            FALLOM_API_KEY. \(PullOptions.rules)
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var options: PullOptions

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let service = try CloudService(.configs, url: options.url, environment: environment)
        let records = try await service.list("configs", named: "configs")
        try options.takeOver(records, workspace)
    }
}

/// `fallom prompts pull`.
struct PromptsPullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Take over the prompts and A/B tests of Fallom's cloud, or of another console.",
        discussion: """
            Reads \(PullOptions.addresses("FALLOM_PROMPTS_URL", "https://prompts.fallom.com")) with the key in \
            FALLOM_API_KEY. \(PullOptions.rules)
            """)

    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var options: PullOptions

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let service = try CloudService(.prompts, url: options.url, environment: environment)
        let prompts = try await service.list("prompts", named: "prompts")
        let tests = try await service.list("prompt-ab-tests", named: "prompt_ab_tests")
        try options.takeOver(.object((prompts.object ?? []) + (tests.object ?? [])), workspace)
    }
}

/// What both kinds of pull take.
struct PullOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the service is.", valueName: "address"))
    var url: String?

    @Flag(help: "Make the version that the service serves the current one of each key, not of new keys alone.")
    var use = false

    static func addresses(_ variable: String, _ standard: String) -> String {
        "--url, else \(variable), else FALLOM_BASE_URL, else \(standard),"
    }

    static let rules = """
        It follows no redirect, and takes 64 MB and 20 seconds at most.

        Versions that are not here are added; those that are here stay as they are: one with other content is a conflict, \
        and the exit status is 1. Of a key that is new here the version served there becomes current.
        """

    func takeOver(_ records: JSONValue, _ workspace: WorkspaceOptions) throws {
        let report = try workspace.open().folder.importRecords(records, current: use ? .serves : .ofNewKeys)
        try TakenOverReport(report).print(json: workspace.json)
    }
}
