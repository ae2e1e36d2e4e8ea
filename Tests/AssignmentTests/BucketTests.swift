import Assignment
import Testing

@Suite struct BucketTests {
    @Test(arguments: [
        ("", 706393), ("a", 5177), ("session-1", 146357), ("session-123", 5516), ("\u{E9}", 812119),
        ("e\u{301}", 588063), ("日本語", 116920), ("🙂", 772400), ("a\u{FFFD}b", 744961), ("s-361264", 0),
        ("s-31929", 499999), ("s-74934", 500000), ("s-278667", 166699), ("s-1048556", 166700), ("s-51400", 166701),
        ("s-3278635", 799999), ("s-353179", 800000), ("s-730010", 999999),
    ])
    func `Vector ids of the contract fall into their buckets`(_ id: String, _ bucket: Int) {
        #expect(Bucket.of(sessionID: id) == bucket)
    }

    /// First four bytes of MD5 of n times "x", computed with Python's hashlib.
    @Test(
        arguments: [
            (0, 0xd41d8cd9), (1, 0x9dd4e461), (7, 0x04adb4e2), (8, 0x0b0cfc07), (54, 0x61ea0974), (55, 0x04364420),
            (56, 0x668a72d5), (57, 0x69303787), (63, 0x7dc2ca20), (64, 0xc1bb4f81), (65, 0x1bc93205), (119, 0xab347a5f),
            (120, 0xfb98667f), (121, 0xe8bb0ccd), (127, 0xa0b28c1d), (128, 0xd69cb61a), (129, 0x3926841d),
            (1000, 0x398533d4), (20000, 0xe5d2c6fe),
        ] as [(Int, UInt32)])
    func `lengths around the block size are padded rightly`(_ length: Int, _ hash: UInt32) {
        #expect(Bucket.hash(of: String(repeating: "x", count: length)) == hash)
    }

    @Test func `all preimages together are 2^32`() {
        #expect(BucketInterval(0, Bucket.count).preimages == 1 << 32)
        #expect(BucketInterval(967_295, 967_297).preimages == 4295 + 4294)
        #expect(Bucket.preimages(of: 967_295) == 4295)
        #expect(Bucket.preimages(of: 967_296) == 4294)
    }
}
