import Testing
import TraceModel

@testable import Ingest

/// What agents log of many sessions at once, over HTTP.
@Suite(.endsHangs) struct `Sessions of agents` {
    /// One turn in each of so many sessions.
    private static func turns(_ count: Int) -> String {
        let records = (0..<count).map { number in
            let attributes = ["event.name": "user_prompt", "session.id": "s-\(number)", "prompt.id": "p-\(number)"]
                .map { #"{"key":"\#($0)","value":{"stringValue":"\#($1)"}}"# }.joined(separator: ",")
            return
                #"{"timeUnixNano":"1795601000000000000","body":{"stringValue":"claude_code.user_prompt"},"attributes":[\#(attributes)]}"#
        }
        return
            #"{"resourceLogs":[{"scopeLogs":[{"scope":{"name":"com.anthropic.claude_code.events"},"logRecords":[\#(records.joined(separator: ","))]}]}]}"#
    }

    private static func answered(_ harness: Harness, _ body: String) async throws {
        let response = try await RawClient(port: harness.httpPort).post("/v1/logs", body)
        #expect(response.status == 200, "\(response.text)")
    }

    @Test func `a store is asked about several at once, and about none that is known`() async throws {
        try await Harness.run(http: .anyPort) { harness in
            try await Self.answered(harness, Self.turns(400))
            #expect(harness.sink.spanIDs.count == 400)
            #expect(harness.sink.questions == 50)
            try await Self.answered(harness, Self.turns(400))
            #expect(harness.sink.questions == 50)
        }
    }

    @Test func `a store that does not answer is asked once a commit`() async throws {
        try await Harness.run(http: .anyPort) { harness in
            harness.sink.goAway()
            try await Self.answered(harness, Self.turns(400))
            #expect(harness.sink.spanIDs.count == 400)
            #expect(harness.sink.questions == 1)
        }
    }
}
