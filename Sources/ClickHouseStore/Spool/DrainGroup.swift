/// How many batches of a spool are brought to the server as one: as many as it takes.
struct DrainGroup: Hashable {
    /// So many at most.
    private(set) var most = Self.limit

    /// Batches of a group. Each alone costs as many questions as all together.
    private static let limit = 4096
    /// Bytes of a group, unless its first batch alone is larger.
    static let mostBytes: Int64 = 48 << 20

    /// The server has taken a group.
    mutating func wasTaken() {
        most = min(most * 2, Self.limit)
    }

    /// The server has not taken a group of so many. Whether fewer are to be tried at once: one of them may be at fault, and
    /// is found by halves; or they are too much.
    mutating func wasRefused(_ count: Int, _ code: ClickHouseError.Code) -> Bool {
        switch code {
        case .other, .tooMuch:
            most = max(1, count / 2)
            return true
        case .late:
            most = max(1, count / 2)
            return false
        default: return false
        }
    }
}
