/// Finds session ids that get what one wants to see.
public enum SessionFinder {
    /// The first ids of the form `prefix` + number whose bucket lies in an interval.
    ///
    /// - Parameters:
    ///   - interval: the buckets wanted; a single one takes a million tries on average.
    ///   - prefix: what every id begins with.
    ///   - count: how many ids are wanted.
    ///   - limit: after how many tries to give up.
    public static func ids(
        in interval: BucketInterval, prefix: String = "session-", count: Int = 1, limit: Int = 20_000_000
    ) -> [String] {
        find(prefix: prefix, count: count, limit: limit) { interval.contains($0) }
    }

    /// The first ids of the form `prefix` + number that get that variant by weight.
    public static func ids(
        ofVariant variantIndex: Int, in split: WeightedSplit, prefix: String = "session-", count: Int = 1,
        limit: Int = 20_000_000
    ) -> [String] {
        guard split.buckets(of: variantIndex) > 0 else { return [] }
        return find(prefix: prefix, count: count, limit: limit) { split.piece(at: $0).variantIndex == variantIndex }
    }

    private static func find(prefix: String, count: Int, limit: Int, _ isWanted: (Int) -> Bool) -> [String] {
        var found: [String] = []
        var bytes = Array(prefix.utf8)
        for number in 0..<max(0, limit) {
            if found.count >= count { break }
            bytes.removeLast(bytes.count - prefix.utf8.count)
            bytes.append(contentsOf: String(number).utf8)
            let bucket = bytes.withUnsafeBytes { Bucket.of(sessionID: $0) }
            if isWanted(bucket) { found.append(String(decoding: bytes, as: UTF8.self)) }
        }
        return found
    }
}
