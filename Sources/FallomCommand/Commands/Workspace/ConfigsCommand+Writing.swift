import ArgumentParser
import Assignment
import OrderedJSON
import Workspace
import WorkspaceModel

/// `fallom configs new KEY FILE`, `fallom configs new KEY --model gpt-4o=50 --model claude-sonnet-4-5=50`.
struct ConfigsNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Save a config as a new version.",
        discussion: """
            The version's number is the next free one; a saved version is never changed. A record is \
            {"variants": [{"model": …, "weight": …}, …], "targeting": …}; with --model one is made of models and their \
            weights, which add up to 100.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The config's key.", completion: Completing.config)
    var key: String

    @Argument(help: "The record as JSON; - reads standard input.")
    var file: String?

    @Option(
        name: .customLong("model"),
        help: ArgumentHelp("In place of a file: a model and its weight; may be repeated.", valueName: "model=weight"))
    var models: [WeightedModel] = []

    @Flag(help: "Make it the current version.")
    var use = false

    @Flag(help: "Save it though somebody would get an error by it.")
    var force = false

    func validate() throws {
        guard (file == nil) != models.isEmpty else {
            throw ValidationError("give either a file or --model MODEL=WEIGHT")
        }
        let sum = models.reduce(0) { $0 + $1.weight }
        guard models.isEmpty || abs(sum - 100) < 1e-6 else {
            throw ValidationError("the weights add up to \(JSONValue.number(sum).compactText), not to 100")
        }
    }

    func run() async throws {
        let access = try workspace.open()
        await access.rememberCalls(of: .config, key: key, try workspace.shared.settings(.current()))
        let record = try file.map(WorkspaceAccess.json(at:)) ?? WeightedModel.record(models)
        if !force, let config = try? ModelConfig(record: record.setting("key", .string(key)).setting("version", 1)) {
            try SavedReport.refuse(config.problems.first, in: file ?? "the config")
        }
        let saved = try access.folder.saveConfig(
            record, key: key, seen: access.snapshot.configs[key]?.ascending.last,
            makesCurrent: use)
        try SavedReport("config", key, saved).print(json: workspace.json)
    }
}

/// `MODEL=WEIGHT`; a model alone gets everybody.
struct WeightedModel: ExpressibleByArgument {
    let model: String
    let weight: Double

    init?(argument: String) {
        let equals = argument.lastIndex(of: "=")
        model = String(argument[..<(equals ?? argument.endIndex)])
        let number = equals.map { Double(argument[argument.index(after: $0)...]) } ?? 100
        guard !model.isEmpty, let number, (0...100).contains(number) else { return nil }
        weight = number
    }

    init(_ model: String, _ weight: Double) {
        self.model = model
        self.weight = weight
    }

    /// A config that gives each model its weight.
    static func record(_ models: [WeightedModel]) -> JSONValue {
        let variants = models.map { model -> JSONValue in
            let whole = Int(exactly: model.weight)
            return ["model": .string(model.model), "weight": whole.map { .number($0) } ?? .number(model.weight)]
        }
        return ["variants": .array(variants)]
    }
}

/// `fallom configs use KEY VERSION`.
struct ConfigsUseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Make a version the current one; going back is the same.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The config's key.", completion: Completing.config)
    var key: String

    @Argument(help: "The version.")
    var version: Int

    func run() async throws {
        try workspace.open().folder.use(.config, key: key, version: version)
        try SavedReport.printUsed("config", key, version, json: workspace.json)
    }
}
