import Gzip

/// Inflates an answer's bytes where they are compressed. What they are is seen from the first of them: a header may stay
/// although the client has inflated them already.
package struct AnswerInflater: ~Copyable {
    private enum Form {
        case undecided, plain, compressed, broken
    }

    /// More than this comes out of no answer.
    private static let longestOutput = 512 << 20

    private let maySayDeflate: Bool
    private var form = Form.undecided
    private var held: [UInt8] = []
    private var inflater: Inflater?
    private var isInside = false

    /// Makes one for an answer with that `Content-Encoding`.
    init(contentEncoding: String?) {
        maySayDeflate = contentEncoding?.lowercased().contains("deflate") ?? false
    }

    /// The bytes of a whole answer without compression; `nil` where they cannot be inflated.
    package static func inflated(_ pieces: some Sequence<[UInt8]>, contentEncoding: String?) -> [UInt8]? {
        var inflater = AnswerInflater(contentEncoding: contentEncoding)
        var plain: [UInt8] = []
        for piece in pieces { piece.withUnsafeBytes { bytes in inflater.take(bytes) { plain += $0 } } }
        inflater.finish { plain += $0 }
        return inflater.isBroken ? nil : plain
    }

    /// Whether the bytes could not be inflated, or end in the middle.
    var isBroken: Bool { form == .broken || isInside }

    /// Takes bytes and hands out what they are without compression.
    mutating func take(_ bytes: UnsafeRawBufferPointer, _ each: (UnsafeRawBufferPointer) -> Void) {
        switch form {
        case .plain: each(bytes)
        case .broken: break
        case .compressed: inflate(Array(bytes), each)
        case .undecided:
            held.append(contentsOf: bytes)
            guard held.count >= 2 else { return }
            begin()
            let first = held
            held = []
            first.withUnsafeBytes { take($0, each) }
        }
    }

    /// Hands out what was held back because too little came to tell.
    mutating func finish(_ each: (UnsafeRawBufferPointer) -> Void) {
        guard form == .undecided else { return }
        form = .plain
        held.withUnsafeBytes(each)
    }

    private mutating func begin() {
        let isGzip = held.starts(with: [0x1F, 0x8B])
        let isZlib = maySayDeflate && held[0] & 0x0F == 8 && (Int(held[0]) << 8 | Int(held[1])) % 31 == 0
        guard isGzip || isZlib else {
            form = .plain
            return
        }
        do {
            inflater = try Inflater(isGzip ? .gzip : .zlib, outputLimit: Self.longestOutput)
            form = .compressed
        } catch {
            form = .broken
        }
    }

    private mutating func inflate(_ bytes: [UInt8], _ each: (UnsafeRawBufferPointer) -> Void) {
        guard var current = inflater.take() else { return }
        do {
            try current.write(bytes, each: each)
            isInside = !current.isAtBoundary
            inflater = consume current
        } catch {
            form = .broken
        }
    }
}

/// The beginning of an answer that tells why there is none.
package struct ErrorBody: Sendable {
    private static let longest = 1 << 20

    package private(set) var bytes: [UInt8] = []

    init() {}

    /// Inflates what came, where it is compressed.
    package init(_ pieces: some Sequence<[UInt8]>, contentEncoding: String?) {
        var inflater = AnswerInflater(contentEncoding: contentEncoding)
        for piece in pieces where bytes.count < Self.longest {
            piece.withUnsafeBytes { bytes in inflater.take(bytes) { add($0) } }
        }
        inflater.finish { add($0) }
    }

    mutating func add(_ more: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: more.prefix(max(0, Self.longest - bytes.count)))
    }
}
