import Foundation
import OrderedJSON
import SpanCodec
import Testing
import TraceModel

/// Mutated requests: nothing may trap or hang, and what is accepted must be readable ever after.
@Suite struct `Whatever comes` {
    /// How long to go on: 1 second in the suite, longer with `FALLOM_FUZZ_SECONDS`.
    private static let seconds = ProcessInfo.processInfo.environment["FALLOM_FUZZ_SECONDS"].flatMap { Double($0) }

    @Test func `is decoded or refused, never worse`() throws {
        let seeds = try Captures.requests().filter { $0.path == "/v1/traces" || $0.path == "/v1/logs" }
            .filter { $0.body.count < 20_000 }
        var random = SplitMix(seed: 42)
        let start = ContinuousClock.now
        var rounds = 0
        while rounds < 3_000 || Self.seconds.map({ start.duration(to: .now) < .seconds($0) }) ?? false {
            rounds += 1
            let seed = seeds[random.below(seeds.count)]
            var body = seed.body
            for _ in 0..<(1 + random.below(4)) {
                if seed.encoding == .json { random.mutate(&body) } else { random.mutateBinary(&body) }
            }
            if seed.encoding == .json, !body.isEmpty, random.below(2) == 0 {
                body.insert(contentsOf: Self.secret, at: random.below(body.count))
            }
            try Self.decode(body, seed, &random)
        }
        if Self.seconds != nil { print("fuzz: \(rounds) requests in \(start.duration(to: .now))") }
    }

    /// Put together here, so that no file holds it as a whole; with blanks around it, so that it is a word wherever it lands.
    private static let secret = Array((" sk-" + "proj-aB3dE5gH7jK9mN1pQ2rS4tU6 ").utf8)

    private static func decode(_ body: [UInt8], _ seed: Captures.Request, _ random: inout SplitMix) throws {
        // An exact allocation, so that a read beyond the end is a read beyond an allocation.
        let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: body.count, alignment: 1)
        defer { exact.deallocate() }
        exact.copyBytes(from: body)
        let decoder = SpanDecoder()
        var batch = DecodedBatch()
        if seed.path == "/v1/logs" {
            batch = (try? decoder.decodeLogs(body, encoding: seed.encoding)) ?? batch
        } else if let decoded = try? decoder.decodeTraces(
            UnsafeRawBufferPointer(exact), encoding: seed.encoding, headers: seed.headers)
        {
            batch = decoded
        }
        decoder.decodeLine(UnsafeRawBufferPointer(exact), into: &batch)
        for span in batch.spans {
            let kept =
                span.payload.span + span.payload.surroundings + span.payload.resource + Array("\(span.span)".utf8)
            #expect(kept.firstRange(of: secret) == nil)
            let detail = try PayloadDecoder().detail(of: span.payload, contents: batch.contents)
            _ = SpanTexts(detail)
            _ = try PayloadDecoder().rawJSON(of: span.payload)
            #expect(span.span.tags == span.span.tags.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            guard random.below(8) == 0 else { continue }
            var again = DecodedBatch()
            decoder.decodeLine(try SpanExport.ndjsonLine(of: span.payload), into: &again)
            #expect(again.spans.count == 1, "\(again.rejected)")
            if span.payload.format == .fallomRecord, seed.headers.isEmpty {
                #expect(again.spans.first?.span == span.span)
            }
        }
    }
}

/// A small random number generator with a seed, so that a failure can be repeated.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    /// Changes JSON text.
    mutating func mutate(_ bytes: inout [UInt8]) {
        let pieces = [
            "null", "true", "{}", "[]", "\"\"", "1e999", "-1", "\\ud800", "\\\"", "[[[[", "}}", "{\"a\":", ",", "é",
            "\u{0}",
        ]
        guard !bytes.isEmpty else { return bytes.append(contentsOf: "{".utf8) }
        let at = below(bytes.count)
        switch below(6) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: next())
        case 1: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(40)))
        case 2: bytes.insert(contentsOf: Array(pieces[below(pieces.count)].utf8), at: at)
        case 3:
            bytes.insert(contentsOf: Array(bytes[at..<min(bytes.count, at + 1 + below(200))]), at: below(bytes.count))
        case 4: swapValues(&bytes, at)
        default: bytes.removeSubrange(at...)
        }
    }

    /// Puts another value in the place of one: keeps the text JSON, which random bytes seldom do.
    private mutating func swapValues(_ bytes: inout [UInt8], _ at: Int) {
        let values = [
            "null", "5", "-0.5e3", "\"x\"", "[]", "{}", "[1,\"a\",null]", "{\"a\":{\"type\":\"text\"}}", "true",
            "\"[{\\\"role\\\":1}]\"",
        ]
        guard let colon = bytes[at...].firstIndex(of: UInt8(ascii: ":")), colon + 1 < bytes.count else { return }
        var scanner = colon + 1
        while scanner < bytes.count, bytes[scanner] == 0x20 { scanner += 1 }
        var end = scanner
        if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
            end += 1
            while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
                end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            end = min(bytes.count, end + 1)
        } else {
            while end < bytes.count, !",}]".utf8.contains(bytes[end]) { end += 1 }
        }
        bytes.replaceSubrange(scanner..<end, with: Array(values[below(values.count)].utf8))
    }

    /// Changes binary data.
    mutating func mutateBinary(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes.append(0x0A) }
        let at = below(bytes.count)
        switch below(5) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: next())
        case 1: bytes[at] ^= 1 << UInt8(below(8))
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(20)))
        case 3: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], at: at)
        default:
            bytes.insert(contentsOf: Array(bytes[at..<min(bytes.count, at + 1 + below(60))]), at: below(bytes.count))
        }
    }
}
