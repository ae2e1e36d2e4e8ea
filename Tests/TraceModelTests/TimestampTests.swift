import Testing
import TraceModel

@Suite struct TimestampTests {
    @Test func `differences saturate instead of trapping`() {
        let far = Timestamp(unixNanoseconds: .max)
        let early = Timestamp(unixNanoseconds: .min)
        #expect(far.nanoseconds(since: early) == .max)
        #expect(early.nanoseconds(since: far) == .min)
        #expect(far.advanced(byNanoseconds: 1) == far)
    }
}
