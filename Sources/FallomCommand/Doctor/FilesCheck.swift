/// The configuration file, the workspace and the themes.
struct FilesCheck {
    let settings: Settings
    let environment: ProcessEnvironment

    var findings: [Finding] { [configuration, workspace] }

    private var configuration: Finding {
        Finding(
            "config", .good,
            settings.hasConfigurationFile ? settings.configurationPath : "none at \(settings.configurationPath): defaults")
    }

    private var workspace: Finding {
        guard TextFile.isFolder(settings.workspace) else {
            return Finding("workspace", .good, "none at \(settings.workspace): no configs or prompts are served")
        }
        return Finding("workspace", .good, settings.workspace)
    }
}
