/// A host and a port to listen on, written `HOST:PORT`; an IPv6 address stands in brackets.
struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address, without brackets.
    var host: String
    /// 0 asks the system for a free one.
    var port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, `:PORT`, `PORT` (both on 127.0.0.1) or `[IPv6]:PORT`; `nil` for anything else.
    init?(_ text: String) {
        let host: Substring
        let port: Substring
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<close]
            let rest = text[text.index(after: close)...]
            guard rest.hasPrefix(":"), !host.isEmpty else { return nil }
            port = rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
            guard !host.contains(":") else { return nil }
        } else {
            host = ""
            port = text[...]
        }
        guard !port.isEmpty, port.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(port),
            number <= 65535
        else { return nil }
        self.init(host: host.isEmpty ? "127.0.0.1" : String(host), port: number)
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The base URL of an HTTP listener here. A wildcard address is reached through loopback.
    var url: String {
        switch host {
        case "0.0.0.0": ListenAddress(host: "127.0.0.1", port: port).url
        case "::": ListenAddress(host: "::1", port: port).url
        default: "http://\(description)"
        }
    }

    /// Whether only this machine can reach it.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// The HTTP listener's place where nothing else is said.
    static let standardHTTP = ListenAddress(host: "127.0.0.1", port: 4318)
    /// The place of the listener for gRPC where nothing else is said.
    static let standardGRPC = ListenAddress(host: "127.0.0.1", port: 4317)
    /// The UDP listener's place where nothing else is said.
    static let standardUDP = ListenAddress(host: "127.0.0.1", port: 4319)
}
