import Foundation
import SpanCodec

/// Fallom records on one core: decoded, validated and normalised.
let decodeBenchmark = Benchmark(
    name: "decode",
    help: "FILE.ndjson [ROUNDS] [-- PEER ARGUMENT…]: ours against JSONDecoder and, if given, an external decoder"
) { arguments in
    let peer = arguments.firstIndex(of: "--").map { Array(arguments[($0 + 1)...]) } ?? []
    let own = arguments.prefix { $0 != "--" }
    guard let path = own.first else { throw UsageError(description: "decode needs a file of Fallom records") }
    let data = try Data(contentsOf: URL(filePath: path))
    let bytes = [UInt8](data)
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    let sample = Array(lines.prefix(max(1, lines.count / 10)))
    let sampleData = sample.map { Data($0) }
    let sampleBytes = sample.reduce(0) { $0 + $1.count }
    var contenders = [
        Contender(name: "ours: decode, validate, normalise, payload") {
            (decodeAll(bytes), bytes.count)
        },
        Contender(name: "JSONDecoder: the same fields, not normalised") {
            let decoder = JSONDecoder()
            for line in sampleData { _ = try decoder.decode(FoundationRecord.self, from: line) }
            return (sampleData.count, sampleBytes)
        },
        Contender(name: "reading the file") {
            (lines.count, try Data(contentsOf: URL(filePath: path)).count)
        },
    ]
    if !peer.isEmpty {
        contenders.append(
            Contender(
                name: "peer: " + peer.joined(separator: " ").suffix(36),
                run: {
                    let process = Process()
                    process.executableURL = URL(filePath: peer[0])
                    process.arguments = Array(peer.dropFirst())
                    process.standardOutput = FileHandle.nullDevice
                    try process.run()
                    process.waitUntilExit()
                    return process.terminationStatus == 0 ? (lines.count, bytes.count) : nil
                }, isExternal: true))
    }
    let baseline = peer.isEmpty ? contenders[1].name : contenders[3].name
    try Measure(rounds: own.dropFirst().first.flatMap { Int($0) } ?? 5, unit: "spans").compare(
        contenders, baseline: baseline)
}

/// Decodes newline-delimited records in batches of 512, as a file follower does.
private func decodeAll(_ bytes: [UInt8]) -> Int {
    let decoder = SpanDecoder()
    var batch = DecodedBatch()
    var spans = 0
    bytes.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        var start = 0
        while start < bytes.count {
            let found = memchr(base + start, 0x0A, bytes.count - start)
            let end = found.map { UnsafeRawPointer($0) - base } ?? bytes.count
            decoder.decodeLine(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), into: &batch)
            start = end + 1
            if batch.spans.count >= 512 {
                spans += batch.spans.count
                batch.removeAll()
            }
        }
    }
    return spans + batch.spans.count
}

/// A Fallom record as `Codable` reads it.
private struct FoundationRecord: Decodable {
    var config_key: String?
    var session_id: String?
    var customer_id: String?
    var trace_id: String
    var span_id: String
    var parent_span_id: String?
    var name: String
    var kind: String?
    var model: String?
    var start_time: String
    var end_time: String?
    var duration_ms: Double?
    var status: String?
    var error_message: String?
    var time_to_first_token_ms: Double?
    var is_streaming: Bool?
    var metadata: [String: String]?
    var tags: [String]?
    var attributes: [String: String]?
}
