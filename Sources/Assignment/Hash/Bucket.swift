/// The million buckets into which session ids fall (docs/assignment.md §1, step 4).
///
/// The hash has no salt: a session has the same bucket in every model config and every prompt A/B test.
public enum Bucket {
    /// How many there are.
    public static let count = 1_000_000

    /// The bucket of a session id: the first four bytes of the MD5 of its UTF-8, big-endian, modulo a million.
    public static func of(sessionID: String) -> Int {
        Int(hash(of: sessionID) % UInt32(count))
    }

    /// The bucket of an id given as UTF-8.
    public static func of(sessionID bytes: UnsafeRawBufferPointer) -> Int {
        Int(MD5Prefix.value(of: bytes) % UInt32(count))
    }

    /// The first four bytes of the MD5 of the session id's UTF-8, big-endian.
    public static func hash(of sessionID: String) -> UInt32 {
        let fast = sessionID.utf8.withContiguousStorageIfAvailable { MD5Prefix.value(of: UnsafeRawBufferPointer($0)) }
        if let fast { return fast }
        return Array(sessionID.utf8).withUnsafeBytes { MD5Prefix.value(of: $0) }
    }

    /// How many of the 2^32 hashes fall into that bucket: 4,295 below bucket 967,296, else 4,294.
    public static func preimages(of bucket: Int) -> Int {
        bucket < 967_296 ? 4295 : 4294
    }
}

/// A run of buckets, `lowerBound` to below `upperBound`.
public struct BucketInterval: Hashable, Sendable {
    /// The first bucket.
    public var lowerBound: Int
    /// The bucket after the last one.
    public var upperBound: Int

    /// Makes a run; an upper bound below the lower one makes it empty.
    public init(_ lowerBound: Int, _ upperBound: Int) {
        self.lowerBound = lowerBound
        self.upperBound = max(lowerBound, upperBound)
    }

    /// How many buckets.
    public var count: Int { upperBound - lowerBound }
    /// Whether it holds no bucket.
    public var isEmpty: Bool { count == 0 }
    /// Whether it holds that bucket.
    public func contains(_ bucket: Int) -> Bool { bucket >= lowerBound && bucket < upperBound }

    /// What both have in common.
    public func intersection(_ other: BucketInterval) -> BucketInterval {
        BucketInterval(max(lowerBound, other.lowerBound), min(upperBound, other.upperBound))
    }

    /// How many of the 2^32 hashes fall into it.
    public var preimages: Int {
        count * 4294 + max(0, min(upperBound, 967_296) - min(lowerBound, 967_296))
    }

    /// The share of all hashes, exact up to the rounding of one division.
    public var share: Double { Double(preimages) / 4_294_967_296 }
}
