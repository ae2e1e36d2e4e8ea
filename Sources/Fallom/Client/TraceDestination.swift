/// Where spans go, read from an address.
enum TraceDestination: Hashable, Sendable {
    /// A Fallom service, or anything that takes Fallom records at `/v1/traces`.
    case http(ServiceURL)
    /// A listener on this machine.
    case udp(host: String, port: Int)
    /// A file.
    case file(path: String)
    /// Any backend, in OpenTelemetry's words, to where OpenTelemetry's own variables say.
    case otlp(OTLPDestination)

    /// Reads one address; `otlp` stands for what the environment's `OTEL_EXPORTER_OTLP_*` say.
    init(_ text: String, option: String, environment: [String: String]) throws(ConfigurationError) {
        if text == "otlp" {
            self = .otlp(try OTLPDestination(environment))
            return
        }
        if let service = ServiceURL(text) {
            self = .http(service)
            return
        }
        if let authority = Self.rest(text, "udp://"),
            let (host, port) = ServiceURL.hostAndPort(authority.prefix { $0 != "/" })
        {
            self = .udp(host: host, port: port ?? 4319)
            return
        }
        if let rest = Self.rest(text, "file://"), let path = Self.path(rest) {
            self = .file(path: path)
            return
        }
        throw ConfigurationError(
            .malformedURL, option: option,
            "'\(text)' is none of https://host, http://host:port, udp://127.0.0.1:4319, file:///path, otlp")
    }

    private static func rest(_ text: String, _ prefix: String) -> Substring? {
        guard text.utf8.count > prefix.utf8.count, text.lowercased().hasPrefix(prefix) else { return nil }
        return text.dropFirst(prefix.count)
    }

    /// `/path` or `localhost/path`, percent signs decoded.
    private static func path(_ rest: Substring) -> String? {
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        let host = rest[..<slash]
        guard host.isEmpty || host == "localhost" else { return nil }
        return percentDecoded(rest[slash...])
    }

    /// The text that percent signs stand in; `nil` where they stand for none.
    static func percentDecoded(_ text: Substring) -> String? {
        var result: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = iterator.next(), let low = iterator.next() else { return nil }
            guard let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16), value != 0 else {
                return nil
            }
            result.append(value)
        }
        return String(validating: result, as: UTF8.self)
    }
}
