/// What a path means here (docs/wire.md §1, docs/wire.md §5).
enum Route: Hashable, Sendable {
    case traces
    case logs
    case metrics
    case spans
    case sessions
    case scores
    case evaluations
    case dataset(key: String)
    case configs
    case configVersion(key: String, version: Int)
    case prompts
    case promptABTests
    case health

    /// Why no route was found.
    enum Miss: Error, Hashable {
        case unknown(reason: String)
        case method(allowed: [String])
    }

    /// Finds the route of a method and a path. A slash at the end is forgiven.
    static func find(method: String, path: String) throws(Miss) -> Route {
        let parts = path.split(separator: "/").map(String.init)
        let (route, isRead) = try route(of: parts, path: path)
        let allowed = isRead ? ["GET", "HEAD"] : ["POST"]
        guard allowed.contains(method) else { throw .method(allowed: allowed) }
        return route
    }

    private static func route(of parts: [String], path: String) throws(Miss) -> (Route, isRead: Bool) {
        switch parts {
        case ["v1", "traces"], ["api", "public", "otel", "v1", "traces"]: return (.traces, false)
        case ["v1", "logs"]: return (.logs, false)
        case ["v1", "metrics"]: return (.metrics, false)
        case ["spans"]: return (.spans, false)
        case ["sessions"]: return (.sessions, false)
        case ["v1", "scores"]: return (.scores, false)
        case ["api", "sdk-evals"]: return (.evaluations, false)
        case ["configs"]: return (.configs, true)
        case ["prompts"]: return (.prompts, true)
        case ["prompt-ab-tests"]: return (.promptABTests, true)
        case ["health"]: return (.health, true)
        default: break
        }
        if parts.count >= 3, parts[0] == "api", parts[1] == "datasets" {
            guard let key = percentDecoded(parts[2...].joined(separator: "/")), !key.isEmpty else {
                throw .unknown(reason: "the data set's key in the path is not percent-encoded UTF-8")
            }
            return (.dataset(key: key), true)
        }
        if parts.count >= 4, parts[0] == "configs", parts[parts.count - 2] == "version" {
            // A key may hold slashes: the published SDKs do not encode them.
            let encoded = parts[1..<(parts.count - 2)].joined(separator: "/")
            guard let key = percentDecoded(encoded), !key.isEmpty else {
                throw .unknown(reason: "the config key in the path is not percent-encoded UTF-8")
            }
            let number = parts[parts.count - 1]
            guard let version = Int(number), version >= 0 else {
                throw .unknown(reason: "a config version is a whole number, not \"\(number)\"")
            }
            return (.configVersion(key: key, version: version), true)
        }
        throw .unknown(reason: reason(forUnknown: parts))
    }

    private static func reason(forUnknown parts: [String]) -> String {
        switch (parts.first, parts.dropFirst().first) {
        case (nil, _): "this is Fallom's local receiver: traces go to POST /v1/traces"
        default: "there is nothing at this path; spans go to POST /v1/traces"
        }
    }

    /// `%41` to `A`; `nil` when a sequence is broken or the bytes are not UTF-8.
    static func percentDecoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexValue),
                let low = rest.popFirst().flatMap(hexValue)
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}

extension Route {
    /// Whether requests have a body that matters.
    var hasBody: Bool {
        switch self {
        case .traces, .logs, .metrics, .spans, .sessions, .scores, .evaluations: true
        case .dataset, .configs, .configVersion, .prompts, .promptABTests, .health: false
        }
    }

    /// Whether it is a path of the OTLP specification.
    var speaksOTLP: Bool { self == .traces || self == .logs || self == .metrics }
}
