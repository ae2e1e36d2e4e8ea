import ArgumentParser
import Assignment
import OrderedJSON
import Prompts
import Workspace
import WorkspaceModel

/// `fallom ab-tests new KEY FILE`.
struct ABTestsNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Save a test as a new version.",
        discussion: "A record is {\"variants\": [{\"prompt_key\": …, \"prompt_version\": …, \"weight\": …}, …]}.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The test's key.", completion: Completing.abTest)
    var key: String

    @Argument(help: "The record as JSON; - reads standard input.")
    var file: String

    @Flag(help: "Make it the current version.")
    var use = false

    @Flag(help: "Save it though sessions would get an error by it.")
    var force = false

    func run() async throws {
        let access = try workspace.open()
        let record = try WorkspaceAccess.json(at: file)
        if !force, let test = try? PromptABTest(record: record.setting("key", .string(key)).setting("version", 1)) {
            // A prompt may well come later than the test that is to choose it.
            try SavedReport.refuse(test.problems.first, in: file)
        }
        let saved = try access.folder.saveABTest(
            record, key: key, seen: access.snapshot.abTests[key]?.ascending.last,
            makesCurrent: use)
        try SavedReport("prompt A/B test", key, saved).print(json: workspace.json)
    }
}

/// `fallom ab-tests use KEY VERSION`.
struct ABTestsUseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Make a version the current one; going back is the same.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The test's key.", completion: Completing.abTest)
    var key: String

    @Argument(help: "The version.")
    var version: Int

    func run() async throws {
        try workspace.open().folder.use(.abTest, key: key, version: version)
        try SavedReport.printUsed("prompt A/B test", key, version, json: workspace.json)
    }
}

/// `fallom ab-tests stop KEY WINNER`.
struct ABTestsStopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End a test: a new version that gives one variant everybody.",
        discussion: "The key stays, as the SDKs would go on serving a key that vanished from their caches.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The test's key.", completion: Completing.abTest)
    var key: String

    @Argument(help: "The variant that stays, from 0.")
    var winner: Int

    func run() async throws {
        let saved = try workspace.open().folder.stopABTest(key: key, winner: winner)
        try SavedReport("prompt A/B test", key, saved).print(json: workspace.json)
    }
}
