import ProviderCalls

/// The base address of an HTTP service, checked at start-up.
package struct ServiceURL: Hashable, Sendable {
    /// Scheme, host, port and path, without a slash at the end.
    package let text: String
    /// The host, lower case, without brackets.
    package let host: String
    /// Whether the transport is encrypted.
    package let isSecure: Bool

    /// Reads `http://` and `https://` addresses; `nil` for anything else.
    package init?(_ text: String) {
        var text = text
        while text.utf8.last == UInt8(ascii: "/") { text.removeLast() }
        let isPlain = text.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        guard isPlain, let separator = text.range(of: "://"), !text.contains("?"), !text.contains("#") else {
            return nil
        }
        switch text[..<separator.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: return nil
        }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@"), let host = Self.host(authority) else { return nil }
        self.host = host.lowercased()
        self.text = text
    }

    /// Whether it is this machine's own.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
    }

    /// The address of a path below the base, each part percent-encoded.
    package func appending(_ parts: String...) -> String {
        parts.reduce(text) { $0 + "/" + PercentEncoding.encoded($1) }
    }

    /// Host of `host`, `host:port`, `[v6]`, `[v6]:port`; `nil` when empty or the port is none.
    static func host(_ authority: Substring) -> String? { hostAndPort(authority)?.host }

    /// Host and port of an authority.
    static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
        var host = authority
        var port: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { return nil }
        guard let port else { return (String(host), nil) }
        guard let number = UInt16(port), number > 0 else { return nil }
        return (String(host), Int(number))
    }
}

extension String {
    /// The first place of a text, compared byte by byte.
    fileprivate func range(of other: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].utf8.starts(with: other.utf8) {
                return start..<utf8.index(start, offsetBy: other.utf8.count)
            }
            start = utf8.index(after: start)
        }
        return nil
    }
}
