internal import OrderedJSON

/// Says what JSON that is no span looks like, so that a person sees which file was given by mistake.
public enum ForeignShape {
    /// What is wanted and what is there: "neither a Fallom record (trace_id, span_id) nor OTLP (resourceSpans), but an
    /// object of data, total". `nil` for bytes that are not one JSON value.
    public static func refusal(of json: UnsafeRawBufferPointer) -> String? {
        var scanner = JSONScanner(json, maxDepth: 128, allowsLoneSurrogates: true)
        guard let words = try? words(&scanner), (try? scanner.finish()) != nil else { return nil }
        return wanted + ", but " + words
    }

    /// Whether a reason is that something is no span at all, and not that a span has a mistake.
    public static func isRefusal(_ reason: String) -> Bool { reason.hasPrefix(wanted) || reason == noObject }

    static let noObject = "a JSON object is needed"
    static let wanted = "neither a Fallom record (trace_id, span_id) nor OTLP (resourceSpans)"

    private static let namesShown = 6
    private static let letters = 40

    private static func words(_ scanner: inout JSONScanner) throws(JSONError) -> String {
        switch try scanner.peek() {
        case .object: return try object(&scanner)
        case .array: return try list(&scanner)
        default:
            try scanner.skipValue()
            return "a single value"
        }
    }

    private static func object(_ scanner: inout JSONScanner) throws(JSONError) -> String {
        guard try scanner.beginObject() else { return "an empty object" }
        var names: [String] = []
        var count = 0
        repeat {
            let name = try scanner.memberName()
            count += 1
            if names.count < namesShown { names.append(String(name.string.prefix(letters))) }
            try scanner.skipValue()
        } while try scanner.nextMember()
        return "an object of " + names.joined(separator: ", ") + (count > names.count ? ", …" : "")
    }

    private static func list(_ scanner: inout JSONScanner) throws(JSONError) -> String {
        guard try scanner.beginArray() else { return "an empty list" }
        let first = try scanner.peek() == .object ? try object(&scanner) : try words(&scanner)
        var count = 1
        while try scanner.nextElement() {
            count += 1
            try scanner.skipValue()
        }
        return "a list of \(count), the first \(first)"
    }
}
