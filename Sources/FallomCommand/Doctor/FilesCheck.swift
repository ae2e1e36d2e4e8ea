import Assignment
import Cells
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
        do {
            let library = try ThemeLibrary.load(userFolder: folder)
            let name = settings.theme ?? ThemeLibrary.standard
            var findings = library.mistakes().map {
                Finding("themes", .warning, $0, advice: "Correct the file in \(folder).")
            }
            if library.definitions.contains(where: { $0.name == name }) {
                findings.insert(
                    Finding(
                        "themes", .good,
                        "\(name), one of \(library.definitions.map(\.name).sorted().joined(separator: ", "))"),
                    at: 0)
            } else {
                findings.append(
                    Finding("themes", .bad, "there is no theme '\(name)'", advice: "Choose another with --theme."))
            }
            return findings
        } catch {
            return [Finding("themes", .bad, CommandFailure(explaining: error).message)]
        }
    }
}
