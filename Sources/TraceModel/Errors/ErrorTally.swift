/// Puts failed spans together by what their messages say, as they come.
///
/// It remembers what it shows and no span: its memory is bounded, whatever comes. Groups, sessions and names beyond the
/// bounds are counted or told, as ``ErrorReport`` says.
public struct ErrorTally: Sendable {
    /// The most groups; the first that come.
    public static let mostGroups = 10_000
    /// The most models and providers that a group names.
    public static let mostNames = 16
    /// The most pairs of group and session that are remembered.
    public static let mostSessions = 500_000
    /// The most messages whose patterns are remembered, and how long they may be.
    private static let mostMessages = (count: 2_000, bytes: 1_000)

    private let mostGroups: Int
    private let mostSessions: Int
    private var places: [Key: Int] = [:]
    private var groups: [Group] = []
    private var beyond = 0
    private var rememberedSessions = 0
    private var patterns: [ExactText: String?] = [:]

    private struct Key: Hashable {
        var kind: SpanKind
        var message: ExactText?
    }

    /// Begins with nothing.
    ///
    /// - Parameters:
    ///   - groups: The most groups.
    ///   - sessions: The most pairs of group and session.
    public init(groups: Int = ErrorTally.mostGroups, sessions: Int = ErrorTally.mostSessions) {
        mostGroups = groups
        mostSessions = sessions
    }

    /// Adds a span; one that did not fail is passed over.
    public mutating func add(_ stored: StoredSpan) {
        guard stored.span.status == .error else { return }
        let message = stored.span.errorMessage.flatMap { pattern(of: $0) }
        let key = Key(kind: stored.span.kind, message: message.map(ExactText.init))
        if let place = places[key] {
            add(stored, toGroup: place)
        } else if groups.count < mostGroups {
            places[key] = groups.count
            groups.append(Group(stored, message: message))
            add(stored, toGroup: groups.count - 1)
        } else {
            beyond += 1
        }
    }

    private mutating func add(_ stored: StoredSpan, toGroup place: Int) {
        groups[place].add(stored.span)
        // Ids may be long and many; that two of 64 bits are the same by chance is not to be expected.
        let session = ExactText(stored.sessionID).hashValue
        guard !groups[place].sessions.contains(session) else { return }
        guard rememberedSessions < mostSessions else {
            groups[place].sessionsAreExact = false
            return
        }
        rememberedSessions += 1
        groups[place].sessions.insert(session)
    }

    /// The pattern of a message: what fails again and again mostly says the same.
    private mutating func pattern(of message: String) -> String? {
        let key = ExactText(message)
        if let known = patterns[key] { return known }
        let made = ErrorPattern.text(of: message)
        if patterns.count < Self.mostMessages.count, message.utf8.count <= Self.mostMessages.bytes {
            patterns.updateValue(made, forKey: key)
        }
        return made
    }

    /// What has come so far.
    public var report: ErrorReport {
        ErrorReport(groups: groups.map(\.figures).sorted(by: ErrorGroup.precedes), beyond: beyond)
    }
}

/// A group while it grows.
private struct Group: Sendable {
    private var result: ErrorGroup
    private var models = FrequentNames()
    private var providers = FrequentNames()
    var sessions: Set<Int> = []
    var sessionsAreExact = true

    init(_ first: StoredSpan, message: String?) {
        result = ErrorGroup(
            kind: first.span.kind, message: message, count: 0, firstAt: first.span.start, lastAt: first.span.start,
            models: [], providers: [], sessions: 0, example: first.span.key)
    }

    mutating func add(_ span: Span) {
        result.count += 1
        result.firstAt = min(result.firstAt, span.start)
        if (span.start, span.key) > (result.lastAt, result.example) {
            result.lastAt = span.start
            result.example = span.key
        }
        if let model = span.model { models.add(model) }
        if let provider = span.provider { providers.add(provider) }
    }

    var figures: ErrorGroup {
        var figures = result
        figures.models = models.sorted
        figures.providers = providers.sorted
        figures.sessions = sessions.count
        figures.sessionsAreExact = sessionsAreExact
        return figures
    }
}

/// Names by how often they come: the first so many.
private struct FrequentNames: Sendable {
    private var counts: [ExactText: Int] = [:]

    mutating func add(_ name: String) {
        let key = ExactText(name.utf8.count <= 200 ? name : String(name.prefix(50)) + "…")
        if counts[key] != nil || counts.count < ErrorTally.mostNames { counts[key, default: 0] += 1 }
    }

    var sorted: [String] {
        counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.map(\.key.text)
    }
}
