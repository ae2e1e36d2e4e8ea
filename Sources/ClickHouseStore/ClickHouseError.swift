/// What went wrong with a ClickHouse, where, and what to do about it.
public struct ClickHouseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of trouble: what a program decides by.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// Nobody answers: it may be there again later.
        case away
        /// Somebody answers, but no TLS connection comes about.
        case tls
        /// It did not answer in time.
        case late
        /// User or password are wrong.
        case refused
        /// The user may not do this.
        case notAllowed = "not_allowed"
        /// Our tables are not there, or not all of them.
        case noTables = "no_tables"
        /// The server is too old, or the tables too new.
        case version
        /// The question took too long or too much, and was stopped.
        case tooMuch = "too_much"
        /// What came back is not whole.
        case cutOff = "cut_off"
        /// Whoever asked wants no answer any more.
        case cancelled
        /// Anything else the server said.
        case other
    }

    /// The kind of trouble.
    public var code: Code
    /// The address, without any secret.
    public var path: String
    /// What happened, a sentence without a full stop.
    public var message: String
    /// What to do next, a sentence without a full stop.
    public var advice: String

    /// Makes an error.
    public init(code: Code, path: String, message: String, advice: String) {
        self.code = code
        self.path = path
        self.message = message
        self.advice = advice
    }

    /// One line for people: what happened, what to do, and where; a narrow screen shows what matters most.
    public var description: String { "\(message); \(advice) (\(path))" }

    /// Whether the same may work later. Where TLS does not come about the server may be on its way, too: to a collector that
    /// has been at work it is away.
    public var isPassing: Bool { code == .late || code == .tls || isBrief }

    /// Whether the same may work a moment later.
    var isBrief: Bool { code == .away || code == .cutOff }
}

extension ClickHouseError {
    /// What an answer of the server means that is no success: its status and the beginning of its text.
    init(status: Int, text: String, at address: ClickHouseAddress) {
        let number = text.firstMatch(of: /Code: (\d+)/).flatMap { Int($0.output.1) }
        let said = Self.shortened(text)
        let (code, message, advice) = Self.explain(number, status, said, address)
        self.init(code: code, path: address.description, message: message, advice: advice)
    }

    private static func explain(
        _ number: Int?, _ status: Int, _ said: String, _ address: ClickHouseAddress
    ) -> (Code, String, String) {
        switch number {
        case 516, 192, 193, 194:
            (
                .refused, "the user '\(address.user)' or the password is wrong",
                "set FALLOM_CLICKHOUSE_PASSWORD, and name the user in the address"
            )
        case 497:
            (
                .notAllowed, "the user '\(address.user)' may not do this (\(said))",
                "grant it SELECT on the database, and INSERT where it is to write"
            )
        case 164 where !said.contains("setting"):
            (
                .notAllowed, "the user '\(address.user)' may only read (\(said))",
                "name one who may write, or let it: GRANT SELECT, INSERT, CREATE on the database, and no profile with readonly"
            )
        case 164:
            (
                .notAllowed, "the user '\(address.user)' may only read, and not all that is needed (\(said))",
                "give it the profile readonly = 2: it may then read and bound its own questions"
            )
        case 60, 81:
            (
                .noTables, "there are no tables of ours in the database '\(address.database)'",
                "make them with 'fallom store create \(address)'"
            )
        case 47, 16:
            (
                .version, "the tables are of another version (\(said))",
                "bring them up to date with 'fallom store create \(address)'"
            )
        case 159, 160, 209, 241, 307, 396, 158:
            (
                .tooMuch, "the question was stopped as it took too much (\(said))",
                "ask for less, with since: and other filters"
            )
        case nil where status == 401 || status == 403:
            (
                .refused, "it lets nobody in (status \(status))",
                "set FALLOM_CLICKHOUSE_PASSWORD, and name the user in the address"
            )
        case nil where [429, 500, 502, 503, 504].contains(status), 202, 203, 210, 252, 319:
            (
                .away, "it does not take requests now (status \(status)\(said.isEmpty ? "" : ", \(said)"))",
                "try again later"
            )
        default:
            (
                .other, said.isEmpty ? "it answered with status \(status)" : "it says: \(said)",
                "please report this as a fault"
            )
        }
    }

    /// The first sentence of what the server says, which may quote whole queries.
    private static func shortened(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.count > 300 ? line.prefix(300) + "…" : line
    }
}
