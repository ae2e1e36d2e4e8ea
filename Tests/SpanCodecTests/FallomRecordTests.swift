import SpanCodec
import Testing
import TraceModel

@Suite struct `Fallom records` {
    @Test func `are written in the order of the SDKs`() {
        let record = FallomRecord(
            configKey: "app", sessionID: "s", traceID: "t", spanID: "p", name: "n",
            startTime: Timestamp(unixMilliseconds: 1_795_447_120_079),
            endTime: Timestamp(unixMilliseconds: 1_795_447_120_136))
        #expect(
            String(decoding: record.encoded(), as: UTF8.self)
                == #"{"config_key":"app","session_id":"s","trace_id":"t","span_id":"p","name":"n","#
                + #""start_time":"2026-11-23T15:18:40.079Z","end_time":"2026-11-23T15:18:40.136Z","duration_ms":57,"status":"OK"}"#
        )
    }
}
