/// What a filter may need of a span beyond its fields, fetched only when it is asked for.
public struct SpanFilterLookup: Sendable {
    /// The span's content as text: what went in and what came out.
    public var content: @Sendable () -> String
    /// What went in, as text.
    public var input: @Sendable () -> String
    /// What came out, as text.
    public var output: @Sendable () -> String
    /// The roles in the conversation, in their order, as often as they stand there.
    public var roles: @Sendable () -> [String]
    /// An attribute's value as text.
    public var attribute: @Sendable (String) -> String?
    /// What is kept of the span's session.
    public var kept: @Sendable () -> KeptSession? = { nil }
    /// The scores on the span and on its session.
    public var scores: @Sendable () -> [Score] = { [] }

    /// Makes a look-up.
    public init(
        content: @escaping @Sendable () -> String, input: @escaping @Sendable () -> String = { "" },
        output: @escaping @Sendable () -> String = { "" }, roles: @escaping @Sendable () -> [String] = { [] },
        attribute: @escaping @Sendable (String) -> String?
    ) {
        self.content = content
        self.input = input
        self.output = output
        self.roles = roles
        self.attribute = attribute
    }
}

extension SpanFilter {
    /// Whether the filter lets this span through.
    public func matches(_ stored: StoredSpan, looking lookup: SpanFilterLookup) -> Bool {
        switch self {
        case .all: true
        case .and(let filters): filters.allSatisfy { $0.matches(stored, looking: lookup) }
        case .or(let filters): filters.contains { $0.matches(stored, looking: lookup) }
        case .not(let filter): !filter.matches(stored, looking: lookup)
        case .text(let field, let pattern): stored.values(of: field, lookup).contains(where: pattern.matches)
        case .number(let field, let comparison, let bound):
            stored.span.value(of: field).map { comparison.holds($0, bound) } ?? false
        case .since(let moment): stored.span.start >= moment
        case .score(let name, let test): lookup.scores().contains { name.matches($0.name) && test.holds($0.value) }
        case .words(let text): stored.holds(text, lookup)
        }
    }

    /// Whether it asks for what is kept of sessions.
    public var needsKept: Bool {
        hasCondition { if case .text(let field, _) = $0 { field.isKept } else { false } }
    }

    /// Whether it asks for scores.
    public var needsScores: Bool {
        hasCondition { if case .score = $0 { true } else { false } }
    }

    /// Whether it asks for content or attributes, which cost a look at the span's payload.
    public var needsPayload: Bool {
        hasCondition { condition in
            switch condition {
            case .words: true
            case .text(let field, _): field.needsPayload
            default: false
            }
        }
    }

    /// Whether one of its conditions is of a sort.
    func hasCondition(_ isOfSort: (SpanFilter) -> Bool) -> Bool {
        switch self {
        case .not(let filter): filter.hasCondition(isOfSort)
        case .and(let filters), .or(let filters): filters.contains { $0.hasCondition(isOfSort) }
        case .all, .text, .number, .since, .score, .words: isOfSort(self)
        }
    }
}

extension SpanFilter.TextField {
    /// Whether it stands in the span's payload alone.
    public var needsPayload: Bool {
        switch self {
        case .attribute, .content, .input, .output, .role, .user: true
        default: false
        }
    }

    /// Whether a person says it, not the span.
    public var isKept: Bool {
        switch self {
        case .mark, .label, .note: true
        default: false
        }
    }

    /// Names under which emitters tell the app's user.
    static let userAttributes = [
        "user.id", "enduser.id", "ai.telemetry.metadata.userId", "langfuse.user.id", "user_id",
    ]
}

extension SpanFilter.Comparison {
    /// Whether `left` compares so with `right`.
    public func holds<Number: Comparable>(_ left: Number, _ right: Number) -> Bool {
        switch self {
        case .equal: left == right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

extension Span {
    /// The number a filter compares; `nil` when unknown, which no comparison lets through.
    public func value(of field: SpanFilter.NumberField) -> Int64? {
        switch field {
        case .latency: durationNanoseconds
        case .ttft: timeToFirstTokenNanoseconds
        case .speed: outputMilliTokensPerSecond
        case .tokens: usage.total.map(Int64.init)
        case .cost: cost?.nanoDollars
        }
    }
}

extension StoredSpan {
    fileprivate func values(of field: SpanFilter.TextField, _ lookup: SpanFilterLookup) -> [String] {
        let one: String? =
            switch field {
            case .model, .tag, .role, .mark, .label: nil
            case .note: lookup.kept()?.note
            case .status: span.isRunning ? "running" : span.status.rawValue
            case .kind: span.kind.rawValue
            case .session: sessionID
            case .run: RunMark.run(ofSession: sessionID)
            case .customer: customerID
            case .config: configKey
            case .promptKey: span.promptKey
            case .promptVersion: span.promptVersion
            case .variant: span.promptVariantIndex.map(String.init)
            case .name: span.name
            case .provider: span.provider
            case .trace: span.key.traceID
            case .content: lookup.content()
            case .input: lookup.input()
            case .output: lookup.output()
            case .error: span.errorMessage
            case .finish: span.finishReason
            case .user: SpanFilter.TextField.userAttributes.lazy.compactMap(lookup.attribute).first
            case .attribute(let name): lookup.attribute(name)
            }
        switch field {
        case .model: return [span.requestModel, span.responseModel].compactMap { $0 }
        case .tag: return span.tags
        case .role: return lookup.roles()
        case .mark: return lookup.kept()?.marks ?? []
        case .label: return lookup.kept()?.labels ?? []
        default: return one.map { [$0] } ?? []
        }
    }

    /// The fields that a search for words looks into, beside the content.
    public var searchedFields: [String?] {
        [
            span.name, span.requestModel, span.responseModel, sessionID, customerID, configKey, span.key.traceID,
            span.key.spanID, span.promptKey, span.errorMessage,
        ]
    }

    fileprivate func holds(_ text: String, _ lookup: SpanFilterLookup) -> Bool {
        let wanted = FoldedText(text)
        func holds(_ text: String) -> Bool { FoldedText(text).contains(wanted) }
        return searchedFields.contains { $0.map(holds) ?? false } || holds(lookup.content())
    }
}

extension SpanFilter.ScoreTest {
    /// Whether a score that says this passes.
    public func holds(_ value: Score.Value) -> Bool {
        switch self {
        case .any: return true
        case .number(let comparison, let bound): return value.number.map { comparison.holds($0, bound) } ?? false
        case .word(let pattern):
            guard case .word(let word) = value else { return false }
            return pattern.matches(word)
        }
    }
}
