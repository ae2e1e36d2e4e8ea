import ArgumentParser
import Display
import TraceModel

/// The filter of a command that reads spans: words as a person types them in the console (docs/command-line.md §3).
struct FilterArguments: ParsableArguments {
    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp(
            "Which spans: model:gpt-4o* status:error latency>2s session:conv-1 -model:claude* \"free text\".",
            valueName: "filter"), completion: Completing.filter)
    private var arguments: [String] = []

    /// The words: what stands behind `--` is no option, as in every command.
    var words: [String] {
        var words = arguments
        if let end = words.firstIndex(of: "--") { words.remove(at: end) }
        return words
    }

    /// The words as one text. A single word is the whole filter; among several, one with a space in it was quoted for
    /// the shell and is quoted again for the filter.
    var text: String {
        let words = words
        guard words.count > 1 else { return words.first ?? "" }
        return words.map { word in
            word.contains(" ") && !word.contains(":") && !word.contains("\"") ? "\"\(word)\"" : word
        }.joined(separator: " ")
    }

    func validate() throws {
        let options = arguments.prefix { $0 != "--" }
        if let option = options.first(where: { $0.hasPrefix("--") }) {
            throw ValidationError("unknown option '\(option)'")
        }
        // Of one letter it is meant as an option of some other program, not as what is to be left out.
        if let option = options.first(where: { $0.count == 2 && $0.hasPrefix("-") && $0.last?.isLetter == true }) {
            throw ValidationError(
                "unknown option '\(option)'; to leave out spans that say '\(option.dropFirst())' write -- \(option)")
        }
    }
}

extension FilterArguments {
    /// The filter.
    ///
    /// - Throws: A usage failure that shows the mistake under its column.
    func parsed(now: Timestamp = .now()) throws -> SpanFilter {
        do {
            return try SpanFilterParser(now: now, offset: WallClock.local.offset).parse(text)
        } catch {
            let pointer =
                String(repeating: " ", count: error.column) + String(repeating: "^", count: max(1, error.length))
            throw CommandFailure.usage(
                "filter, column \(error.column + 1): \(error.reason)", hint: "\(text)\n  \(pointer)\n  \(error.hint)")
        }
    }
}
