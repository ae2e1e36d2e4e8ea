import OrderedJSON
import SpanCodec
import TraceModel

/// A finished record number `index`; `padding` bytes of text make it as large as a test wants.
func record(_ index: Int, padding: Int = 0, isRunning: Bool = false) -> FallomRecord {
    FallomRecord(
        configKey: "app", sessionID: "session-\(index)", traceID: String(repeating: "a", count: 32),
        spanID: String(repeating: "0", count: 8) + padded(index), name: "span \(index)", kind: .llm, model: "gpt-4o",
        startTime: Timestamp(unixMilliseconds: 1_700_000_000_000),
        endTime: isRunning ? nil : Timestamp(unixMilliseconds: 1_700_000_000_250),
        durationMilliseconds: isRunning ? nil : 250,
        attributes: [JSONMember("text", .string(String(repeating: "x", count: padding)))])
}

private func padded(_ index: Int) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
}

/// The session's number in a line that ``record(_:padding:isRunning:)`` made.
func index(_ line: some Collection<UInt8>) -> Int? {
    guard let json = try? JSONValue(parsing: Array(line)) else { return nil }
    guard let session = json["session_id"]?.string else { return nil }
    return Int(session.dropFirst("session-".count))
}
