/// From when on a time is set off as slow. The number itself stands beside the colour.
enum SlowCall {
    /// Nanoseconds of a whole call.
    static let latency: Int64 = 3_000_000_000
    /// Nanoseconds until the first token.
    static let firstToken: Int64 = 1_000_000_000
}
