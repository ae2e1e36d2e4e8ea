/// Where a ClickHouse is and which database of it: `clickhouse://user@host:8123/database`, `clickhouses://` for TLS. Never
/// a password: an address stands on command lines and screens.
public struct ClickHouseAddress: Hashable, Sendable, CustomStringConvertible {
    /// Whether the connection is by TLS.
    public var isSecure: Bool
    /// The user; `default` where the address names none.
    public var user: String
    /// The host: a name or an IP address, IPv6 without brackets.
    public var host: String
    /// The port of the HTTP interface.
    public var port: Int
    /// The database.
    public var database: String
    /// A table of somebody else's that is read in the place of our own (`?table=otel_traces`).
    public var table: String?

    /// Why a text is no address, and what would be right.
    public struct Mistake: Error, Hashable, Sendable {
        /// What is wrong, a sentence without a full stop.
        public var message: String
        /// What would be right.
        public var advice: String
    }

    /// Whether a text is meant as such an address and not as a file.
    public static func isMeant(by text: String) -> Bool {
        text.hasPrefix("clickhouse://") || text.hasPrefix("clickhouses://")
    }

    /// Reads an address.
    public init(_ text: String) throws(Mistake) {
        isSecure = text.hasPrefix("clickhouses://")
        guard Self.isMeant(by: text), let start = text.firstRange(of: "://")?.upperBound else {
            throw Self.mistake("it does not begin with clickhouse://")
        }
        let (place, query) = Self.cut(text[start...], at: "?")
        let (authority, path) = Self.cut(place, at: "/")
        let at = authority.lastIndex(of: "@")
        user = at.map { String(authority[..<$0]) } ?? "default"
        let server = at.map { authority[authority.index(after: $0)...] } ?? authority
        guard !user.contains(":") else {
            throw Mistake(
                message: "the address of the ClickHouse holds a password, which others on this machine could read",
                advice:
                    "Leave it out and set FALLOM_CLICKHOUSE_PASSWORD, or 'clickhouse: {password: …}' in the settings.")
        }
        let (host, port) = Self.hostAndPort(server)
        guard let host, !host.isEmpty, !user.isEmpty else { throw Self.mistake("the host is missing") }
        self.host = host
        guard let number = port.map({ Int($0) }) ?? (isSecure ? 8443 : 8123), (1...65535).contains(number) else {
            throw Self.mistake("\(port ?? "") is no port")
        }
        self.port = number
        database = path.isEmpty ? "default" : String(path)
        guard Self.isName(database) else { throw Self.mistake("the name of the database is none") }
        for part in query.split(separator: "&") {
            guard part.hasPrefix("table="), Self.isName(String(part.dropFirst(6))) else {
                throw Self.mistake("?\(part) is nothing it can say")
            }
            table = String(part.dropFirst(6))
        }
    }

    /// The address as it was given, with what was left out.
    public var description: String {
        "\(isSecure ? "clickhouses" : "clickhouse")://\(user)@\(bracketed):\(port)/\(database)"
            + (table.map { "?table=\($0)" } ?? "")
    }

    /// Where requests go.
    var url: String { "\(isSecure ? "https" : "http")://\(bracketed):\(port)/" }

    private var bracketed: String { host.contains(":") ? "[\(host)]" : host }

    private static func mistake(_ what: String) -> Mistake {
        Mistake(
            message: "this is no address of a ClickHouse: \(what)",
            advice: "Write clickhouse://USER@HOST:8123/DATABASE, with ?table=otel_traces to read the Collector's table."
        )
    }

    private static func cut(_ text: Substring, at sign: Character) -> (Substring, Substring) {
        guard let place = text.firstIndex(of: sign) else { return (text, "") }
        return (text[..<place], text[text.index(after: place)...])
    }

    private static func hostAndPort(_ text: Substring) -> (String?, String?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            return (
                String(text[text.index(after: text.startIndex)..<end]), rest.isEmpty ? nil : String(rest.dropFirst())
            )
        }
        let (host, port) = cut(text, at: ":")
        return (String(host), port.isEmpty ? nil : String(port))
    }

    /// Names that need no quotes anywhere.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 100
            && text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
                    || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            }
    }
}
