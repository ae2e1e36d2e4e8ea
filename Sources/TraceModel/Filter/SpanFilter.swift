/// A filter over spans: what ``SpanFilterParser`` makes of the text a person types (docs/command-line.md §3).
///
/// A store turns it into a query; ``matches(_:looking:)`` answers it for one span in memory. Both agree.
public indirect enum SpanFilter: Hashable, Sendable {
    /// Every span.
    case all
    /// All of these hold.
    case and([SpanFilter])
    /// At least one of these holds.
    case or([SpanFilter])
    /// This does not hold.
    case not(SpanFilter)
    /// A text field matches a pattern.
    case text(TextField, TextPattern)
    /// A numeric field compares with a number, in the field's own unit (``NumberField``).
    case number(NumberField, Comparison, Int64)
    /// The span started at or after that moment.
    case since(Timestamp)
    /// A score of a name that fits stands on the span or on its session, and says that.
    case score(TextPattern, ScoreTest)
    /// The name, a model, an id, the prompt key, the error message or the content holds that text (``FoldedText``).
    case words(String)

    /// What a score must say.
    public enum ScoreTest: Hashable, Sendable {
        /// Anything.
        case any
        /// A number that compares so; a word that stands for a number is one (``Score/Value/number``).
        case number(Comparison, Double)
        /// A word that fits.
        case word(TextPattern)
    }

    /// Fields that hold text.
    public enum TextField: Hashable, Sendable {
        /// Model asked for or answered.
        case model
        /// `ok`, `error`, `unset` or `running`.
        case status
        /// The kind's raw value.
        case kind
        /// Effective session id.
        case session
        /// Effective customer id.
        case customer
        /// Effective config key.
        case config
        /// Prompt key.
        case promptKey
        /// Prompt version.
        case promptVersion
        /// Prompt variant index as decimal text.
        case variant
        /// A tag.
        case tag
        /// The span's name.
        case name
        /// Provider.
        case provider
        /// Trace id.
        case trace
        /// Text that went in or came out: a pattern looks for itself anywhere in it.
        case content
        /// Text that went in, looked through likewise.
        case input
        /// Text that came out, looked through likewise.
        case output
        /// The error message, looked through likewise.
        case error
        /// Why the model stopped.
        case finish
        /// A role in the conversation that went in or came out.
        case role
        /// The app's user, as the emitter names one.
        case user
        /// `pinned`, `note`, `label`: what a person keeps of its session.
        case mark
        /// A label on its session.
        case label
        /// The note on its session, looked through likewise.
        case note
        /// The run whose call it is.
        case run
        /// An attribute of the span by name; its value as text.
        case attribute(String)
    }

    /// Fields that hold a number, by the names a person types.
    public enum NumberField: String, Hashable, Sendable, CaseIterable {
        /// Duration, nanoseconds.
        case latency
        /// Time to first token, nanoseconds.
        case ttft
        /// How fast the answer was written, thousandths of a completion token per second
        /// (``Span/outputMilliTokensPerSecond``).
        case speed
        /// Total tokens.
        case tokens
        /// Cost, nano-dollars.
        case cost
    }

    /// How numbers compare.
    public enum Comparison: String, Hashable, Sendable {
        /// Equal.
        case equal = "="
        /// Less.
        case less = "<"
        /// Less or equal.
        case lessOrEqual = "<="
        /// Greater.
        case greater = ">"
        /// Greater or equal.
        case greaterOrEqual = ">="
    }

    /// A text with `*` standing for any run of characters. Letter case and normal form do not count (``FoldedText``).
    public struct TextPattern: Hashable, Sendable {
        /// The pattern as typed.
        public var pattern: String

        /// Makes a pattern.
        public init(_ pattern: String) {
            self.pattern = pattern
        }
    }
}

extension SpanFilter {
    /// This and another condition. What must hold stays beside each other: by one of them a store finds its way.
    public func narrowed(by condition: SpanFilter) -> SpanFilter {
        switch self {
        case .all: condition
        case .and(let parts): .and(parts + [condition])
        default: .and([self, condition])
        }
    }
}
