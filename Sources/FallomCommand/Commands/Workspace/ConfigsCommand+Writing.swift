import ArgumentParser
import Assignment
import OrderedJSON
import Workspace
import WorkspaceModel

/// `fallom configs new KEY FILE`.
struct ConfigsNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Save a config as a new version.",
        discussion: "The version's number is the next free one; a saved version is never changed.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The config's key.", completion: Completing.config)
    var key: String

    @Argument(help: "The record as JSON; - reads standard input.")
    var file: String

    @Flag(help: "Make it the current version.")
    var use = false

    func run() async throws {
        let access = try workspace.open()
        await access.rememberCalls(of: .config, key: key, try workspace.shared.settings(.current()))
        let saved = try access.folder.saveConfig(
            try WorkspaceAccess.json(at: file), key: key, seen: access.snapshot.configs[key]?.ascending.last,
            makesCurrent: use)
        try SavedReport("config", key, saved).print(json: workspace.json)
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
