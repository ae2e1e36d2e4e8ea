import ArgumentParser
import Assignment
import Console
import Prompts
import TraceModel
import TraceStore
import Workspace
import WorkspaceModel

/// What Tab offers for a value: the names in the workspace and in the store that the command line so far means.
enum Completing {
    /// Keys of model configs.
    static let config = CompletionKind.custom { words, _, _ in
        plain(access(words)?.snapshot.configs.keys ?? [])
    }
    /// Keys of prompts.
    static let prompt = CompletionKind.custom { words, _, _ in
        plain(access(words)?.snapshot.prompts.keys ?? [])
    }
    /// Keys of prompt A/B tests.
    static let abTest = CompletionKind.custom { words, _, _ in
        plain(access(words)?.snapshot.abTests.keys ?? [])
    }
    /// Keys of whatever the command is about.
    static let key = CompletionKind.custom { words, _, _ in
        guard let snapshot = access(words)?.snapshot else { return [] }
        if words.contains("prompts") { return plain(snapshot.prompts.keys) }
        if words.contains("ab-tests") { return plain(snapshot.abTests.keys) }
        return plain(snapshot.configs.keys)
    }
    /// Ids of the latest sessions.
    static let session = CompletionKind.custom { words, _, _ in await sessions(words) }
    /// Fields of the filter, and the values the latest spans have.
    static let filter = CompletionKind.custom { words, _, prefix in
        // What stands behind a colon is an explanation for zsh.
        let isZsh = ProcessEnvironment.current()["SAP_SHELL"] == "zsh"
        return await conditions(prefix, words).map { isZsh ? $0.replacing(":", with: "\\:") : $0 }
    }
    /// Themes.
    static let theme = CompletionKind.custom { _, _, _ in
        let library = ThemeLibrary.load(userFolder: StandardPaths(.current()).themesFolder)
        return [ThemeLibrary.standard] + library.choices.map(\.name)
    }

    /// How many spans are looked at for values, and how many sessions are offered: Tab must not take long.
    private static let most = 400

    /// The settings that the words so far name. Nothing is said of mistakes in them: Tab then offers nothing.
    static func settings(_ words: [String]) -> Settings? {
        var named: [String] = []
        for option in ["--store", "--workspace", "--config"] {
            if let index = words.lastIndex(of: option), index + 1 < words.count {
                named += [option, words[index + 1]]
            } else if let joined = words.last(where: { $0.hasPrefix(option + "=") }) {
                named.append(joined)
            }
        }
        return try? SharedOptions.parse(named).settings(.current())
    }

    private static func plain(_ keys: [String]) -> [String] { keys.filter(isPlain).sorted() }

    private static func access(_ words: [String]) -> WorkspaceAccess? { settings(words).map(WorkspaceAccess.init) }

    private static func sessions(_ words: [String]) async -> [String] {
        guard let settings = settings(words), let store = try? await StoreAccess.reading(settings, isQuiet: true) else {
            return []
        }
        let page = try? await store.sessions(SessionQuery(limit: most))
        return page?.sessions.map(\.sessionID).filter(isPlain) ?? []
    }

    /// What may stand for a condition that has begun: fields until there is a sign of comparison, then values.
    static func conditions(_ typed: String, _ words: [String]) async -> [String] {
        let negation = typed.hasPrefix("-") ? "-" : ""
        let word = typed.dropFirst(negation.count)
        guard let colon = word.firstIndex(of: ":") else {
            // Comparisons would have to be quoted for the shell, for which > is something else.
            let names = SpanFilterParser.fieldNames.filter { SpanFilter.NumberField(rawValue: $0) == nil }
            return names.map { negation + $0 + ($0 == "attr." ? "" : ":") }
        }
        let field = String(word[..<colon])
        let usual = SpanFilterParser.usualValues[field]
        // bash takes what stands before a second colon for another word.
        let values = if let usual { usual.filter { !$0.contains(":") } } else { await values(of: field, words) }
        return values.map { "\(negation)\(field):\($0)" }
    }

    private static func values(of field: String, _ words: [String]) async -> [String] {
        if field == "session" { return await sessions(words) }
        guard let settings = settings(words), let store = try? await StoreAccess.reading(settings, isQuiet: true),
            let page = try? await store.spans(SpanQuery(limit: most))
        else { return [] }
        var seen: Set<String> = []
        for span in page.spans.map(\.span) {
            for value in texts(field, of: span) where isPlain(value) { seen.insert(value) }
        }
        return seen.sorted()
    }

    private static func texts(_ field: String, of span: Span) -> [String] {
        switch field {
        case "model": [span.model].compactMap { $0 }
        case "provider": [span.provider].compactMap { $0 }
        case "customer": [span.identity.customer.own].compactMap { $0 }
        case "config": [span.identity.config.own].compactMap { $0 }
        case "name": [span.name]
        case "tag": span.tags
        case "prompt": [span.promptKey].compactMap { $0 }
        default: []
        }
    }

    /// A word a shell can be offered without harm: what came from outside may hold anything, and some shells evaluate what
    /// they are offered.
    static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 200
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-_.:/@+,=".unicodeScalars.contains(scalar)
            }
    }
}
