import ArgumentParser
import OrderedJSON
import SystemCalls
import TraceModel
import Workspace
import WorkspaceModel

/// `fallom prompts import PATH`.
struct PromptsImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over a folder of prompt files, or prompts as the API lists them.",
        discussion: """
            In a folder NAME.system.EXT and NAME.user.EXT are the two parts of the prompt NAME, any other NAME.EXT its \
            system part (EXT: txt, md or prompt). Each becomes a new version, and the current one, unless the texts \
            are those of the current version.

            'fallom prompts pull' reads the cloud itself; this is for a list that another program fetched. In the list the \
            last record of a key becomes its current version. A \
            version that is there is never changed: one with other texts is a conflict, and the exit status is 1.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The folder, or the list as JSON; - reads standard input.")
    var path: String

    @Option(help: "Why these versions, for a folder.")
    var note: String?

    @Option(help: "Who wrote them, for a folder (default: $USER).")
    var author: String?

    func run() async throws {
        let access = try workspace.open()
        guard Files.isFolder(path) else {
            let records = try APIList.read(path, named: "prompts")
            try TakenOverReport(try access.folder.importRecords(records)).print(json: workspace.json)
            return
        }
        let note = VersionNote(
            note: note, author: author ?? ProcessEnvironment.current()["USER"],
            createdAt: .now())
        try TakenOverReport(try access.folder.importPrompts(fromFolder: path, note: note)).print(json: workspace.json)
    }
}
