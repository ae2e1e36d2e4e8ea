import Console
import Synchronization
import SystemCalls

/// The person's preferences as their files say them, read at the start and again after each change.
final class PreferencesFeed: Sendable {
    /// The settings' file; `nil` where none is read (the demo).
    private let file: String?
    private let themesFolder: String
    /// The theme of the command line, or that kept since: it goes before the file's.
    private let theme: Mutex<String?>
    private let events: ChangeEvents?
    private let latest = Mutex(ThemeLibrary())
    /// What was chosen where there is no file to keep it in.
    private let chosen = Mutex(ConfigurationFile())

    /// The themes as they were read last.
    var library: ThemeLibrary { latest.withLock { $0 } }

    /// - Parameters:
    ///   - file: the settings' file; `nil` for none.
    ///   - theme: the theme the command line names.
    init(file: String?, theme: String?, environment: ProcessEnvironment) {
        self.file = file
        self.theme = Mutex(theme)
        themesFolder = StandardPaths(environment).themesFolder
        events = try? ChangeEvents()
    }

    /// Reads the files.
    ///
    /// - Throws: ``CommandFailure`` for a mistake, with its line.
    func read() throws -> ConsoleSettings {
        let library = ThemeLibrary.load(userFolder: themesFolder)
        let file = try settings()
        let theme = theme.withLock { $0 } ?? file.theme ?? ThemeLibrary.standard
        try library.check(theme)
        latest.withLock { $0 = library }
        return ConsoleSettings(
            theme: theme, themes: library.choices, keys: file.keys ?? .standard, columns: file.columns,
            splits: file.splits,
            filters: file.filters, bell: file.bell)
    }

    private func settings() throws -> ConfigurationFile {
        guard let file else { return chosen.withLock { $0 } }
        do {
            return try ConfigurationFile(yaml: try TextFile.read(file, mustExist: false) ?? "", path: file)
        } catch let mistake as ConfigurationMistake {
            throw mistake.failure
        }
    }

    /// A reading after each change of the files: the settings, or why they cannot be read. What the folders hold is told
    /// by the system, not looked for. Ends when the task that reads it is cancelled.
    func changes() -> AsyncStream<ConsoleEvent> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            guard let events else { return continuation.finish() }
            let folders = Set([file.map(Files.folder(of:)), themesFolder].compactMap { $0 })
            let watches = folders.compactMap {
                events.watch($0, for: [.closedByWriter, .movedIn, .movedOut, .removed])
            }
            guard !watches.isEmpty else { return continuation.finish() }
            continuation.onTermination = { _ in events.stop() }
            let began: Void? = try? BlockingThread.start {
                while (try? events.wait()) == .events {
                    guard self.concernsUs(events) else { continue }
                    continuation.yield(self.reading())
                }
                continuation.finish()
            }
            if began == nil { continuation.finish() }
        }
    }

    private func reading() -> ConsoleEvent {
        do {
            return .settings(try read())
        } catch {
            return .notice(Notice(CommandFailure(explaining: error).message, .problem))
        }
    }

    /// Takes what has happened; whether a file that is read was among it.
    private func concernsUs(_ events: ChangeEvents) -> Bool {
        let ours = file.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        var concerns = false
        events.drain { event in
            let name = String(decoding: event.name, as: UTF8.self)
            if name.hasSuffix(".yaml") || name == ours || event.kind.contains(.lost) { concerns = true }
        }
        return concerns
    }

    /// Writes a theme's name into the settings' file, leaving all else in it as it is.
    ///
    /// - Returns: the file; `nil` where there is none to keep it in.
    /// - Throws: ``CommandFailure`` when the file cannot be written, or has a mistake.
    func keep(theme name: String) throws -> String? {
        theme.withLock { $0 = name }
        return try write("theme", name, "the theme") { $0.theme == name }
    }

    /// Writes what was chosen into the settings' file likewise.
    func keep(_ preference: Preference) throws -> String? {
        switch preference {
        case .columns(let columns):
            if file == nil { chosen.withLock { $0.columns = columns } }
            return try write("columns", SettingsText.flow(columns), preference.name) { $0.columns == columns }
        case .splits(let splits):
            if file == nil { chosen.withLock { $0.splits = splits } }
            return try write("splits", SettingsText.flow(splits), preference.name) { $0.splits == splits }
        case .filters(let filters):
            if file == nil { chosen.withLock { $0.filters = filters } }
            return try write("filters", SettingsText.flow(filters), preference.name) { $0.filters == filters }
        }
    }

    private func write(
        _ name: String, _ value: String, _ what: String, holds: (ConfigurationFile) -> Bool
    ) throws -> String? {
        guard let file else { return nil }
        let text = try TextFile.read(file, mustExist: false) ?? ""
        let edited = SettingsText.setting(name, to: value, in: text)
        guard let reading = try? ConfigurationFile(yaml: edited, path: file), holds(reading) else {
            throw CommandFailure("\(file) has a mistake, so \(what) for this run only; correct it first")
        }
        try OutputFile.makeFolder(for: file)
        try OutputFile.write(Array(edited.utf8), to: file)
        return file
    }
}

/// The settings' file as text, for changes that leave comments and order as they are.
enum SettingsText {
    /// The text with that entry: its own lines replaced, or a line more at the end.
    static func setting(_ name: String, to value: String, in text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let line = "\(name): \(value)"
        if let index = lines.firstIndex(where: { $0.hasPrefix(name + ":") }) {
            // What stands below it, set in, is the rest of the entry.
            let end = lines[(index + 1)...].firstIndex { $0.first != " " && $0.first != "\t" } ?? lines.endIndex
            lines.replaceSubrange(index..<end, with: [line])
        } else {
            lines.append(line)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Columns as one line of YAML.
    static func flow(_ columns: [String: [String]]) -> String {
        let entries = columns.sorted { $0.key < $1.key }.map { "\($0.key): [\($0.value.joined(separator: ", "))]" }
        return "{" + entries.joined(separator: ", ") + "}"
    }

    /// Splits as one line of YAML.
    static func flow(_ splits: [String: Int]) -> String {
        "{" + splits.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }

    /// Filters as one line of YAML.
    static func flow(_ filters: [SavedFilter]) -> String {
        "{" + filters.map { "\(quoted($0.name)): \(quoted($0.text))" }.joined(separator: ", ") + "}"
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension Preference {
    /// What a message calls it.
    var name: String {
        switch self {
        case .columns: "the columns"
        case .splits: "the panes"
        case .filters: "the filters"
        }
    }
}
