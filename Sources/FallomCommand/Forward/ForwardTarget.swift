/// Another receiver of OTLP, to whom spans are sent on.
struct ForwardTarget: Hashable, Sendable, CustomStringConvertible {
    /// How it is spoken to.
    enum Way: Hashable, Sendable {
        /// OTLP as protobuf, posted to that URL.
        case http(url: String)
        /// OTLP over gRPC without TLS.
        case grpc(ListenAddress)
    }

    let way: Way
    /// As it was given.
    let description: String

    /// Reads `http(s)://HOST[:PORT][/PATH]`, where no path means `/v1/traces`, or `grpc://HOST:PORT`; `nil` for anything else.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        description = text
        if text.hasPrefix("grpc://") {
            let rest = text.dropFirst("grpc://".count)
            guard rest.contains(":"), let address = ListenAddress(String(rest)), address.port > 0 else { return nil }
            way = .grpc(address)
            return
        }
        guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, !rest.contains("?"), !rest.contains("#") else { return nil }
        let path = rest.dropFirst(host.count)
        way = .http(url: path.isEmpty || path == "/" ? scheme + host + "/v1/traces" : text)
    }
}
