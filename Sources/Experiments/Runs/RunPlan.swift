public import OrderedJSON
public import TraceModel

/// A run: recorded calls, each asked again in every variant.
public struct RunPlan: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Which calls were meant, as typed.
    public var filter: String
    /// The calls.
    public var calls: [SpanKey]
    /// What is asked differently.
    public var variants: [CallVariant]
    /// What it may cost at most, in nano-dollars.
    public var budget: Int64?
    /// Tokens of an answer at most, of calls that did not say.
    public var longest: Int?

    /// Makes a plan.
    public init(
        name: String, filter: String = "", calls: [SpanKey], variants: [CallVariant], budget: Int64? = nil,
        longest: Int? = nil
    ) {
        self.name = name
        self.filter = filter
        self.calls = calls
        self.variants = variants
        self.budget = budget
        self.longest = longest
    }

    /// One call in one variant.
    public struct Task: Hashable, Sendable {
        /// Of ``RunPlan/calls``.
        public var call: Int
        /// Of ``RunPlan/variants``.
        public var variant: Int

        /// Makes one.
        public init(call: Int, variant: Int) {
            self.call = call
            self.variant = variant
        }
    }

    /// All of them, call by call.
    public var tasks: [Task] {
        calls.indices.flatMap { call in variants.indices.map { Task(call: call, variant: $0) } }
    }

    /// Whether a name can be one: of a file, and of a filter's value.
    public static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 80 && !text.hasPrefix(".") && !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_.".unicodeScalars.contains($0)
            }
    }
}

extension RunPlan {
    /// The plan as JSON.
    public var json: JSONValue {
        var members = [
            JSONMember("name", .string(name)), JSONMember("filter", .string(filter)),
            JSONMember("calls", .array(calls.map { [.string($0.traceID), .string($0.spanID)] })),
            JSONMember("variants", .array(variants.map(\.json))),
        ]
        if let budget { members.append(JSONMember("budget_nano_usd", .number(budget))) }
        if let longest { members.append(JSONMember("max_tokens", .number(longest))) }
        return .object(members)
    }

    /// Reads ``json``; `nil` for what is no plan.
    public init?(json: JSONValue) {
        guard let name = json["name"]?.string, let calls = json["calls"]?.array, let variants = json["variants"]?.array
        else { return nil }
        self.init(
            name: name, filter: json["filter"]?.string ?? "",
            calls: calls.compactMap { pair in
                guard let ids = pair.array, ids.count == 2, let trace = ids[0].string, let span = ids[1].string else {
                    return nil
                }
                return SpanKey(traceID: trace, spanID: span)
            }, variants: variants.map(CallVariant.init(json:)), budget: json["budget_nano_usd"]?.int64,
            longest: json["max_tokens"]?.int)
        guard self.calls.count == calls.count else { return nil }
    }
}
