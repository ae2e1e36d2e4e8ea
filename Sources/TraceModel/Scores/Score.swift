/// What somebody thinks of a session or of one span: a name, and a number or a word.
///
/// A judge (a person, a program, a model) has one score of a name on a target; a later one takes its place.
public struct Score: Hashable, Sendable {
    /// What is scored.
    public enum Target: Hashable, Sendable {
        /// A session, or what an evaluation calls `evals/RUN/N`.
        case session(String)
        /// One span.
        case span(SpanKey)
    }

    /// How good it was.
    public enum Value: Hashable, Sendable {
        /// A finite number; larger is better unless an experiment says otherwise.
        case number(Double)
        /// A word, such as `good` or `refused`.
        case word(String)
    }

    /// What is scored.
    public var target: Target
    /// The score's name, such as `helpful`.
    public var name: String
    /// How good it was.
    public var value: Value
    /// Why.
    public var comment: String?
    /// Who scored: a person's name, a judge's, a model's.
    public var judge: String
    /// When.
    public var time: Timestamp

    /// Makes a score; ``flaw`` tells whether it can be kept.
    public init(
        target: Target, name: String, value: Value, comment: String? = nil, judge: String, time: Timestamp
    ) {
        self.target = target
        self.name = name
        self.value = value
        self.comment = comment
        self.judge = judge
        self.time = time
    }
}

extension Score {
    /// The most bytes of a name and of a judge's name.
    public static let longestName = 200
    /// The most bytes of a word.
    public static let longestWord = 1000
    /// The most bytes of a comment.
    public static let longestComment = 20_000
    /// The most bytes of an id that is scored.
    public static let longestID = 1000

    /// Why a score cannot be kept: the field, as it is called on the wire, and what is wrong.
    public struct Flaw: Error, Hashable, Sendable, CustomStringConvertible {
        /// `target`, `name`, `value`, `comment` or `by`.
        public var field: String
        /// What is wrong, one sentence without a full stop.
        public var reason: String

        /// Makes one.
        public init(field: String, reason: String) {
            self.field = field
            self.reason = reason
        }

        /// `name: it is empty`.
        public var description: String { "\(field): \(reason)" }
    }

    /// Why it cannot be kept; `nil` when it can.
    public var flaw: Flaw? {
        for id in target.ids where id.isEmpty || id.utf8.count > Self.longestID {
            return Flaw(field: "target", reason: Self.sizes(Self.longestID))
        }
        if name.isEmpty || name.utf8.count > Self.longestName {
            return Flaw(field: "name", reason: Self.sizes(Self.longestName))
        }
        if judge.isEmpty || judge.utf8.count > Self.longestName {
            return Flaw(field: "by", reason: Self.sizes(Self.longestName))
        }
        if let comment, comment.utf8.count > Self.longestComment {
            return Flaw(field: "comment", reason: "more than \(Self.longestComment) bytes")
        }
        switch value {
        case .number(let number): return number.isFinite ? nil : Flaw(field: "value", reason: "it is no finite number")
        case .word(let word):
            let fits = !word.isEmpty && word.utf8.count <= Self.longestWord
            return fits ? nil : Flaw(field: "value", reason: Self.sizes(Self.longestWord))
        }
    }

    private static func sizes(_ most: Int) -> String { "1 to \(most) bytes are needed" }

    /// The number; `nil` for a word that stands for none.
    public var number: Double? { value.number }
}

extension Score.Value {
    /// Reads what a person types: a number, else a word.
    public init(_ text: String) {
        if let number = Double(text), number.isFinite, text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) {
            self = .number(number)
        } else {
            self = .word(text)
        }
    }

    /// The number; of words, those that say yes or no stand for 1 and 0.
    public var number: Double? {
        switch self {
        case .number(let number): number
        case .word(let word): Self.meaning[word.lowercased()]
        }
    }

    private static let meaning: [String: Double] = [
        "good": 1, "yes": 1, "true": 1, "pass": 1, "passed": 1, "bad": 0, "no": 0, "false": 0, "fail": 0, "failed": 0,
    ]

    /// As it is written: the word, or the number without needless digits.
    public var text: String {
        switch self {
        case .word(let word): return word
        case .number(let number):
            guard let whole = Int64(exactly: number) else { return number.description }
            return String(whole)
        }
    }
}

extension Score.Target {
    /// The ids that name it.
    fileprivate var ids: [String] {
        switch self {
        case .session(let id): [id]
        case .span(let key): [key.traceID, key.spanID]
        }
    }

    /// As commands take and print it: a session's id, or `TRACE/SPAN`.
    public var text: String {
        switch self {
        case .session(let id): id
        case .span(let key): key.traceID + "/" + key.spanID
        }
    }

    /// The span that `TRACE/SPAN` names, cut at the last slash; `nil` when it names none.
    public static func span(_ text: String) -> SpanKey? {
        guard let slash = text.lastIndex(of: "/"), slash > text.startIndex,
            slash < text.index(before: text.endIndex)
        else { return nil }
        return SpanKey(traceID: String(text[..<slash]), spanID: String(text[text.index(after: slash)...]))
    }
}
