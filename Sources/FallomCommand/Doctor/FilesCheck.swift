import Assignment
import Cells
import Console
import SystemCalls
import Workspace
import WorkspaceModel

/// The configuration file, the workspace and the themes.
struct FilesCheck {
    let settings: Settings
    let environment: ProcessEnvironment

    var findings: [Finding] { [configuration] + workspace + themes }

    private var configuration: Finding {
        Finding(
            "config", .good,
            settings.hasConfigurationFile
                ? settings.configurationPath : "none at \(settings.configurationPath): defaults")
    }

    private var workspace: [Finding] {
        guard Files.isFolder(settings.workspace) else {
            return [Finding("workspace", .good, "none at \(settings.workspace): no configs or prompts are served")]
        }
        let snapshot = WorkspaceFolder(path: settings.workspace).load()
        let count =
            "\(snapshot.configs.keys.count) configs, \(snapshot.prompts.keys.count) prompts, "
            + "\(snapshot.abTests.keys.count) A/B tests"
        let problems = snapshot.problems.map {
            Finding("workspace", $0.isSkipped ? .bad : .warning, $0.description, advice: "Correct the file.")
        }
        return [Finding("workspace", .good, "\(settings.workspace): \(count)")] + problems
    }

    private var themes: [Finding] {
        let folder = StandardPaths(environment).themesFolder
        let library = ThemeLibrary.load(userFolder: folder)
        let name = settings.theme ?? ThemeLibrary.standard
        let mistakes = library.mistakes().map {
            Finding("themes", .warning, $0, advice: "Correct the file in \(folder).")
        }
        do {
            try library.check(name)
            let others = library.choices.map(\.name).joined(separator: ", ")
            return [Finding("themes", .good, "\(name); there are auto, \(others)")] + mistakes
        } catch {
            let failure = CommandFailure(explaining: error)
            return mistakes + [Finding("themes", .bad, failure.message, advice: "Choose another with --theme.")]
        }
    }
}
