import TraceModel
import Yams

/// `judges.yaml` of the workspace: who judges what.
struct JudgeFile: Sendable {
    /// The judges by name, in the file's order.
    var judges: [JudgeEntry] = []

    /// An example, as help shows it.
    static let example = """
        polite:
          command: python3 judges/polite.py  # objects in, scores out
          on: session                        # or span, the default
          over: status:ok since:7d           # a filter
          sample: 20%                        # of what matches
          most: 500                          # at one run
        helpful:
          prompt: judge-helpful              # {{input}}, {{output}}
          model: gpt-4o-mini
          provider: openai                   # or anthropic
          budget: 0.50                       # dollars a run at most
        """

    /// Reads the file's text.
    ///
    /// - Throws: ``ConfigurationMistake`` with line and column.
    init(yaml text: String, path: String, now: Timestamp) throws {
        guard let root = try YAMLReader.compose(text, path: path) else { return }
        let reader = YAMLReader(path: path)
        for (name, entry) in try reader.entries(of: root) {
            judges.append(try JudgeEntry(name: name, entry, reader, now: now))
        }
    }
}

/// One judge.
struct JudgeEntry: Sendable {
    /// How it comes to its scores.
    enum Way: Sendable {
        /// A program that reads items and writes scores: its name and arguments.
        case command([String])
        /// A prompt of the workspace and who answers it.
        case prompt(key: String, version: Int?, JudgeModel)
    }

    var name: String
    var way: Way
    var judgesSessions = false
    var filter = SpanFilter.all
    /// Which part of what matches is judged.
    var sample = 1.0
    /// How many at one run.
    var most = 1000
    /// Dollars of one run.
    var budget: Double?

    /// The most that one run judges.
    static let mostItems = 100_000

    fileprivate init(name: String, _ entry: YAMLReader.Entry, _ reader: YAMLReader, now: Timestamp) throws {
        self.name = name
        guard !name.isEmpty, name.utf8.count <= Score.longestName else {
            throw reader.mistake(entry.key, "a judge's name has 1 to \(Score.longestName) bytes")
        }
        var command: [String]?
        var prompt: String?
        var model = JudgeModel()
        for (field, value) in try reader.entries(of: entry.value) {
            switch field {
            case "command": command = try Self.command(value, reader)
            case "prompt": prompt = try reader.text(value, field)
            case "model": model.model = try reader.text(value, field)
            case "provider":
                let name = try reader.text(value, field)
                guard let provider = JudgeModel.Provider(rawValue: name) else {
                    throw reader.mistake(value.value, "provider must be openai or anthropic")
                }
                model.provider = provider
            case "base_url": model.baseURL = try reader.text(value, field)
            case "key_env": model.keyVariable = try reader.text(value, field)
            case "on":
                let kind = try reader.text(value, field)
                guard ["span", "session"].contains(kind) else {
                    throw reader.mistake(value.value, "on must be span or session")
                }
                judgesSessions = kind == "session"
            case "over":
                do {
                    filter = try SpanFilterParser(now: now).parse(try reader.text(value, field))
                } catch let mistake as FilterMistake {
                    throw reader.mistake(value.value, "over: \(mistake.reason); \(mistake.hint)")
                }
            case "sample": sample = try Self.share(value, reader)
            case "most":
                guard let number = Int(try reader.text(value, field)), (1...Self.mostItems).contains(number) else {
                    throw reader.mistake(value.value, "most must be a number from 1 to \(Self.mostItems)")
                }
                most = number
            case "budget":
                guard let dollars = Double(try reader.text(value, field)), dollars > 0, dollars.isFinite else {
                    throw reader.mistake(value.value, "budget must be dollars above zero")
                }
                budget = dollars
            default:
                throw reader.mistake(
                    value.key,
                    "unknown entry '\(field)'; known are command, prompt, model, provider, base_url, key_env, on, over, "
                        + "sample, most, budget")
            }
        }
        switch (command, prompt) {
        case (let command?, nil): way = .command(command)
        case (nil, let prompt?):
            guard !model.model.isEmpty else { throw reader.mistake(entry.key, "\(name) needs 'model: NAME'") }
            let parts = prompt.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            way = .prompt(key: parts[0], version: parts.count > 1 ? Int(parts[1]) : nil, model)
        default: throw reader.mistake(entry.key, "\(name) needs either 'command:' or 'prompt:'")
        }
    }

    /// A text for the shell, or a list of program and arguments.
    private static func command(_ entry: YAMLReader.Entry, _ reader: YAMLReader) throws -> [String] {
        if case .sequence = entry.value {
            let words = try reader.texts(entry, "command")
            guard !words.isEmpty else { throw reader.mistake(entry.value, "command must name a program") }
            return words
        }
        return ["/bin/sh", "-c", try reader.text(entry, "command")]
    }

    private static func share(_ entry: YAMLReader.Entry, _ reader: YAMLReader) throws -> Double {
        let text = try reader.text(entry, "sample")
        let number = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        guard let number, number > 0, number <= 1 else {
            throw reader.mistake(entry.value, "sample must be a part such as 20% or 0.2")
        }
        return number
    }
}

/// Who answers a judge's prompt.
struct JudgeModel: Hashable, Sendable {
    /// Whose way of asking.
    enum Provider: String, Hashable, Sendable {
        case openai
        case anthropic
    }

    var provider = Provider.openai
    var model = ""
    var baseURL: String?
    var keyVariable: String?

    /// Where it is asked.
    var address: String {
        var base = baseURL ?? (provider == .openai ? "https://api.openai.com/v1" : "https://api.anthropic.com")
        while base.hasSuffix("/") { base.removeLast() }
        return base + (provider == .openai ? "/chat/completions" : "/v1/messages")
    }

    /// The variable that has the key.
    var key: String { keyVariable ?? (provider == .openai ? "OPENAI" : "ANTHROPIC") + "_API_KEY" }
}
