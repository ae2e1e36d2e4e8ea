/// Where things are unless the command line or the configuration file says otherwise (docs/files.md, XDG base folders).
struct StandardPaths: Hashable, Sendable {
    private let environment: ProcessEnvironment

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
    }

    /// Folder of the configuration file, user themes and the fall-back workspace.
    var configurationFolder: String { base("XDG_CONFIG_HOME", ".config") + "/fallom" }

    /// The configuration file.
    var configurationFile: String { configurationFolder + "/config.yaml" }

    /// Folder of the user's own themes.
    var themesFolder: String { configurationFolder + "/themes" }

    /// The user's own prices.
    var pricesFile: String { configurationFolder + "/prices.yaml" }

    /// Prices taken from another list by `fallom prices import`.
    var importedPricesFile: String { configurationFolder + "/prices.ndjson" }

    /// The store.
    var store: String { base("XDG_STATE_HOME", ".local/state") + "/fallom/traces.sqlite" }

    /// The workspace beside the app, which comes first where it exists.
    var localWorkspace: String { environment.absolute("fallom") }

    /// The XDG rules: an absolute path in the variable, else a folder under the home folder.
    private func base(_ variable: String, _ fallback: String) -> String {
        if let folder = environment[variable], folder.hasPrefix("/") { return folder }
        return environment.home + "/" + fallback
    }
}
