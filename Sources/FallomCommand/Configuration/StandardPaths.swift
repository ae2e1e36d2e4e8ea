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

    /// The filters that were used in consoles.
    var usedFilters: String { base("XDG_STATE_HOME", ".local/state") + "/fallom/filters-used" }

    /// Where a file lies that goes with something that has no place of its own, to be followed by an ending: a name that
    /// people can tell, and a number so that no two share one.
    func companion(of text: String) -> String {
        let plain = text.utf8.prefix(80).map { byte in
            byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
                || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? String(UnicodeScalar(byte)) : "-"
        }.joined()
        // FNV-1a.
        let number = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return base("XDG_STATE_HOME", ".local/state") + "/fallom/\(plain)-\(String(number, radix: 16))"
    }

    /// The workspace beside the app, which comes first where it exists.
    var localWorkspace: String { environment.absolute("fallom") }

    /// The XDG rules: an absolute path in the variable, else a folder under the home folder.
    private func base(_ variable: String, _ fallback: String) -> String {
        if let folder = environment[variable], folder.hasPrefix("/") { return folder }
        return environment.home + "/" + fallback
    }
}
