internal import Gzip
internal import Synchronization
internal import TraceModel
internal import Zstd

/// The bytes of several spans, laid out together and compressed as one: spans of a batch share most of what they say, so
/// together they shrink to a sixth where each alone would shrink to half, in a quarter of the time.
///
/// Layout before compressing: the number of surroundings; for each of them a byte that tells where it is, and if it is
/// here (0) its bytes with their length in front; then for every span its format, the numbers of its resource and of its
/// other surroundings (0 for none, else counted from 1) and its bytes with their length in front. Surroundings that are
/// large lie apart (1), each once for all chunks that need it: those of a chunk in the order of `body_surroundings`.
struct BodyChunk: Sendable {
    /// How a chunk is written. The raw values are stored.
    enum Encoding: Int64, Sendable {
        /// Of formats 1 to 3: a span has one number of surroundings, and all are here.
        case wholePlain = 0
        case wholeDeflated = 1
        case plain = 2
        case deflated = 3
        /// As a zstd frame: what is written from format 5 on.
        case zstd = 4

        var isDeflated: Bool { self == .wholeDeflated || self == .deflated }
        var isWhole: Bool { self == .wholePlain || self == .wholeDeflated }
    }

    /// Which of a batch's spans are in it, in the order of their index in the chunk.
    var members: Range<Int>
    var encoding: Encoding
    /// Bytes before compressing.
    var size: Int
    var bytes: [UInt8]
    /// Which of the batch's surroundings that lie apart it needs, in the order in which it counts them.
    var apart: [Int] = []

    /// A chunk is closed when it holds this many bytes: reading one span inflates about so much.
    static let fullSize = 48 * 1024
    /// It is closed, too, when it needs so many large surroundings, for all of them are read with it.
    static let mostApart = 16
}

/// What a batch's payloads become.
struct BatchBodies: Sendable {
    private(set) var chunks: [BodyChunk] = []
    /// Surroundings that are stored by themselves.
    private(set) var apart: [ApartSurroundings] = []

    /// No bodies.
    init() {}

    /// Lays out the payloads of a batch, in their order, in as many chunks as they need.
    init(of spans: [IngestedSpan], _ memory: SurroundingsMemory) {
        var compressor = ChunkCompressor()
        var large = LargeSurroundings(memory)
        var layout = ChunkLayout()
        var first = 0
        for index in spans.indices {
            layout.add(spans[index].payload, &large, &compressor)
            if layout.isFull || index == spans.count - 1 {
                let (encoding, bytes) = compressor.compressed(layout.bytes)
                chunks.append(
                    BodyChunk(
                        members: first..<(index + 1), encoding: encoding, size: layout.bytes.count, bytes: bytes,
                        apart: layout.apart))
                layout = ChunkLayout()
                first = index + 1
            }
        }
        apart = large.apart
    }
}

/// Compresses chunks one after the other; without memory for it they are kept as they are.
struct ChunkCompressor: ~Copyable {
    private var zstd = try? ZstdCompressor()

    mutating func compressed(_ plain: [UInt8]) -> (encoding: BodyChunk.Encoding, bytes: [UInt8]) {
        guard let compressed = zstd?.compressed(plain) else { return (.plain, plain) }
        return (.zstd, compressed)
    }
}

/// Surroundings that are stored once for all chunks of all batches that need them.
struct ApartSurroundings: Sendable {
    var digest: Int64
    var encoding: BodyChunk.Encoding
    var size: Int
    var bytes: [UInt8]

    fileprivate init(_ content: [UInt8], _ compressor: inout ChunkCompressor) {
        digest = StoredDigest.of(content)
        size = content.count
        (encoding, bytes) = compressor.compressed(content)
    }
}

/// The large surroundings that were made ready last: a large request comes in several batches, and all need the same.
final class SurroundingsMemory: Sendable {
    private struct Entry {
        /// Held, so that no other array can take its place in memory.
        var content: [UInt8]
        var apart: ApartSurroundings
    }

    private let last = Mutex<Entry?>(nil)

    fileprivate func apart(_ content: [UInt8], _ compressor: inout ChunkCompressor) -> ApartSurroundings {
        let known = last.withLock {
            $0.flatMap { SpanPayload.Shared($0.content) == SpanPayload.Shared(content) ? $0.apart : nil }
        }
        if let known { return known }
        let apart = ApartSurroundings(content, &compressor)
        last.withLock { $0 = Entry(content: content, apart: apart) }
        return apart
    }
}

/// A batch's surroundings that are large, each once. What they hold is looked at once for each array, not for each span.
private struct LargeSurroundings {
    /// From this size on surroundings lie apart.
    static let smallest = 4096

    private let memory: SurroundingsMemory
    private(set) var apart: [ApartSurroundings] = []
    private var numbers: [SpanPayload.Shared: Int] = [:]
    private var numbersByDigest: [Int64: Int] = [:]
    private var last: (array: SpanPayload.Shared, number: Int)?

    init(_ memory: SurroundingsMemory) {
        self.memory = memory
    }

    mutating func number(of bytes: [UInt8], _ compressor: inout ChunkCompressor) -> Int {
        let array = SpanPayload.Shared(bytes)
        if let last, last.array == array { return last.number }
        let number = numbers[array] ?? number(ofNew: bytes, &compressor)
        numbers[array] = number
        last = (array, number)
        return number
    }

    private mutating func number(ofNew bytes: [UInt8], _ compressor: inout ChunkCompressor) -> Int {
        let one = memory.apart(bytes, &compressor)
        if let number = numbersByDigest[one.digest], apart[number].size == one.size, apart[number].bytes == one.bytes {
            return number
        }
        apart.append(one)
        numbersByDigest[one.digest] = apart.count - 1
        return apart.count - 1
    }
}

/// A chunk while it is filled.
private struct ChunkLayout {
    private var surroundings = Packer()
    private var spans = Packer()
    private var numbers: [SpanPayload.Shared: Int] = [:]
    private var numbersByContent: [[UInt8]: Int] = [:]
    private var numbersApart: [Int: Int] = [:]
    private var count = 0
    private(set) var apart: [Int] = []

    /// Whether it is closed with the span that came last.
    var isFull: Bool { size >= BodyChunk.fullSize || apart.count >= BodyChunk.mostApart }

    var size: Int { surroundings.bytes.count + spans.bytes.count }

    mutating func add(_ payload: SpanPayload, _ large: inout LargeSurroundings, _ compressor: inout ChunkCompressor) {
        spans.add(byte: payload.format.rawValue)
        spans.add(count: number(of: payload.resource, &large, &compressor))
        spans.add(count: number(of: payload.surroundings, &large, &compressor))
        spans.add(blob: payload.span)
    }

    private mutating func number(
        of bytes: [UInt8], _ large: inout LargeSurroundings, _ compressor: inout ChunkCompressor
    ) -> Int {
        if bytes.isEmpty { return 0 }
        if bytes.count >= LargeSurroundings.smallest { return numberApart(large.number(of: bytes, &compressor)) }
        let array = SpanPayload.Shared(bytes)
        if let number = numbers[array] { return number }
        let number = numbersByContent[bytes] ?? numberHere(bytes)
        numbers[array] = number
        return number
    }

    private mutating func numberHere(_ bytes: [UInt8]) -> Int {
        surroundings.add(byte: 0)
        surroundings.add(blob: bytes)
        count += 1
        numbersByContent[bytes] = count
        return count
    }

    private mutating func numberApart(_ place: Int) -> Int {
        if let number = numbersApart[place] { return number }
        surroundings.add(byte: 1)
        apart.append(place)
        count += 1
        numbersApart[place] = count
        return count
    }

    var bytes: [UInt8] {
        var whole = Packer()
        whole.add(count: count)
        return whole.bytes + surroundings.bytes + spans.bytes
    }
}

/// Takes the payloads out of a chunk.
struct BodyReader {
    private let plain: [UInt8]
    private let isWhole: Bool
    private let apart: [[UInt8]]

    /// Opens a chunk as it is stored, with the surroundings that lie apart, in its order. Damaged bytes throw.
    init(encoding: Int64, size: Int64, bytes: [UInt8], apart: [[UInt8]]) throws {
        plain = try Self.inflated(encoding, size, bytes)
        isWhole = BodyChunk.Encoding(rawValue: encoding)?.isWhole == true
        self.apart = apart
    }

    /// The plain bytes of a row of `body` or `surroundings`.
    static func inflated(_ encoding: Int64, _ size: Int64, _ bytes: [UInt8]) throws -> [UInt8] {
        guard let encoding = BodyChunk.Encoding(rawValue: encoding), size >= 0 else {
            throw GzipError.corrupt("its encoding \(encoding) is unknown")
        }
        // A damaged size must not take the memory of all.
        if encoding == .zstd {
            guard size <= Int64(bytes.count) << 17 else { throw ZstdError.corrupt("its size cannot be right") }
            return try zstdInflated(bytes, size: Int(clamping: size))
        }
        guard encoding.isDeflated else { return bytes }
        // A damaged row may say anything. No byte of a deflated stream stands for more than 1,032.
        guard size / 1032 <= Int64(bytes.count) + 1 else {
            throw GzipError.corrupt("it cannot inflate to \(size) bytes")
        }
        var inflater = try Inflater(.raw, outputLimit: Int(clamping: size))
        return try inflater.inflated(bytes, expecting: Int(clamping: size))
    }

    /// All payloads, in the order of their index. A damaged end is left out.
    func payloads() -> [SpanPayload] {
        var unpacker = Unpacker(plain)
        let surroundings = surroundings(&unpacker)
        func part(_ number: Int) -> [UInt8] { number < surroundings.count ? surroundings[number] : [] }
        var payloads: [SpanPayload] = []
        while let format = unpacker.byte().flatMap(SpanPayload.Format.init(rawValue:)) {
            guard let resource = isWhole ? 0 : unpacker.count(), let number = unpacker.count(),
                let span = unpacker.blob()
            else { break }
            payloads.append(
                SpanPayload(format: format, span: span, surroundings: part(number), resource: part(resource)))
        }
        return payloads
    }

    /// The surroundings by their numbers; the first is none.
    private func surroundings(_ unpacker: inout Unpacker) -> [[UInt8]] {
        var surroundings: [[UInt8]] = [[]]
        var apart = apart.makeIterator()
        let count = unpacker.count() ?? 0
        while surroundings.count <= count {
            if !isWhole, unpacker.byte() == 1 {
                surroundings.append(apart.next() ?? [])
            } else if let bytes = unpacker.blob() {
                surroundings.append(bytes)
            } else {
                break
            }
        }
        return surroundings
    }
}

/// FNV-1a: the same for the same bytes, in every process.
enum StoredDigest {
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    static func of(_ bytes: [UInt8]) -> Int64 {
        var hash = start
        add(bytes, to: &hash)
        return Int64(bitPattern: hash)
    }

    static func add(_ bytes: some Sequence<UInt8>, to hash: inout UInt64) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
