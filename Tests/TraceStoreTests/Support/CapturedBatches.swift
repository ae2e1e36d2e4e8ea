import Foundation
import Gzip
import OrderedJSON
import SpanCodec
import TraceModel

/// What the captured clients sent (beside the tests of `SpanCodec`), as batches in the order in which it came.
enum CapturedBatches {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "SpanCodecTests/Fixtures/captures")

    /// One for each request that was answered well.
    static func all() throws -> [IngestBatch] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".ndjson") && $0 != "scenarios.ndjson" }
        let requests = try names.flatMap { name in
            try [UInt8](Data(contentsOf: folder.appending(path: name))).split(separator: UInt8(ascii: "\n")).map {
                try JSONValue(parsing: $0, allowsLoneSurrogates: true)
            }
        }
        return try requests.filter { (200..<300).contains($0["response"]?["status"]?.int ?? 0) }
            .sorted { ($0["time_ms"]?.int64 ?? 0) < ($1["time_ms"]?.int64 ?? 0) }.compactMap(batch)
            .filter { !$0.isEmpty }
    }

    private static func batch(_ request: JSONValue) throws -> IngestBatch? {
        var headers = FallomHeaders()
        var (isGzip, encoding) = (false, SpanDecoder.Encoding.json)
        for field in request["headers"]?.array ?? [] {
            guard let name = field[0]?.string, let value = field[1]?.string else { continue }
            headers.take(name: name, latin1: value.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
            if name.lowercased() == "content-encoding" { isGzip = value == "gzip" }
            if name.lowercased() == "content-type", value.hasPrefix("application/x-protobuf") { encoding = .protobuf }
        }
        let text = request["body"]?.string ?? ""
        var body = Array(text.utf8)
        if request["body_encoding"]?.string == "base64" { body = [UInt8](Data(base64Encoded: text) ?? Data()) }
        if isGzip { body = try inflated(body) }
        let decoder = SpanDecoder()
        let time = Timestamp(unixMilliseconds: request["time_ms"]?.int64 ?? 0)
        switch request["path"]?.string {
        case "/v1/traces": return batch(try decoder.decodeTraces(body, encoding: encoding, headers: headers))
        case "/v1/logs": return batch(try decoder.decodeLogs(body, encoding: encoding))
        case "/sessions":
            var masked = 0
            return IngestBatch(assignments: [try decoder.decodeSession(body, time: time, masked: &masked)])
        default: return nil
        }
    }

    private static func batch(_ decoded: DecodedBatch) -> IngestBatch {
        var batch = IngestBatch(spans: decoded.spans, contents: decoded.contents)
        batch.scores = decoded.scores
        return batch
    }

    /// What a filter sees of a span's bytes.
    static let lookup: @Sendable (StoredSpanPayload) -> SpanFilterLookup = { whole in
        let decoder = PayloadDecoder()
        let texts = try? decoder.texts(of: whole.payload, contents: whole.contents, kind: whole.stored.span.kind)
        return SpanFilterLookup(
            content: { [texts?.input, texts?.output].compactMap(\.self).joined(separator: "\n") },
            input: { texts?.input ?? "" }, output: { texts?.output ?? "" },
            attribute: { name in
                let detail = try? decoder.detail(of: whole.payload, contents: whole.contents)
                return (detail?.attributes[name] ?? detail?.resource[name]).map { "\($0)" }
            })
    }

    /// What searches look for in it.
    static let runs: @Sendable (StoredSpanPayload, inout SearchRuns) -> Void = { whole, runs in
        runs.add(whole.payload, contents: whole.contents)
    }
}

/// Filters that ask for what is there, or nearly is.
struct CapturedFilters {
    var dice: Dice
    let spans: [StoredSpan]
    /// Words that were said.
    let words: [String]

    mutating func filter() throws -> SpanFilter {
        let parts = (0..<Int(dice.number(1...3))).map { _ in (dice.chance(4) ? "-" : "") + term() }
        let text = parts.joined(separator: dice.chance(3) ? " OR " : " ")
        return dice.chance(9) ? .all : try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
    }

    private mutating func term() -> String {
        let stored = dice.pick(spans)
        let span = stored.span
        let texts: [(String, String?)] = [
            ("model", span.model), ("model", span.requestModel), ("session", stored.sessionID),
            ("customer", stored.customerID), ("config", stored.configKey), ("prompt", span.promptKey),
            ("tag", span.tags.first), ("name", span.name), ("provider", span.provider), ("trace", span.key.traceID),
            ("error", span.errorMessage), ("finish", span.finishReason), ("kind", span.kind.rawValue),
            ("status", span.isRunning ? "running" : span.status.rawValue), ("content", dice.pick(words)),
            ("input", dice.pick(words)), ("output", dice.pick(words)), ("attr.gen_ai.request.model", span.requestModel),
            ("run", "*"),
        ]
        let numbers: [(String, Int64?)] = [
            ("latency", span.durationNanoseconds.map { $0 / 1_000_000 }), ("tokens", span.usage.total.map(Int64.init)),
            ("ttft", span.timeToFirstTokenNanoseconds.map { $0 / 1_000_000 }),
        ]
        let (field, figure) = dice.pick(numbers)
        if dice.chance(4), let number = figure {
            return "\(field)\(dice.pick([">", "<=", "<", ">="]))\(number)\(field == "tokens" ? "" : "ms")"
        }
        if dice.chance(6) { return quoted(dice.pick(words)) }
        if dice.chance(8) { return "\(dice.pick(["since", "until"])):\(span.start.iso8601.prefix(19))Z" }
        let (name, value) = dice.pick(texts)
        guard let value, !value.isEmpty else { return "\(name == "kind" || name == "status" ? "name" : name):*" }
        guard name != "kind", name != "status" else { return "\(name):\(value)" }
        switch Int(dice.number(0...3)) {
        case 0: return "\(name):\(quoted(value.uppercased()))"
        case 1: return "\(name):\(quoted(String(value.prefix(3))))*"
        default: return "\(name):\(quoted(value))"
        }
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
