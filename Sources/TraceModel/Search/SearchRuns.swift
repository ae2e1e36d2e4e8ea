internal import CByteScan

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Text cut into runs, by which texts that cannot hold what is looked for are told without reading what they say.
///
/// A run is what stands between two places where wire forms and texts differ: brackets, quotes, commas, slashes, controls,
/// combining marks. Letters are folded. Whatever ``FoldedText`` finds in a text is found run by run in the runs of that
/// text, and in the runs of any JSON, any protobuf or any quoted JSON that the text is made of (``add(wire:)``): escapes
/// are taken as what they stand for and as what they look like. The other way round need not hold. See docs/search.md.
public struct SearchRuns: Sendable {
    /// The runs as UTF-8, each with a zero byte behind it.
    public private(set) var bytes: [UInt8] = []
    /// Whether the text may say what its bytes do not show: a number that is written anew when it is read.
    public var isOpaque = false
    /// Where the run that is being written begins.
    private var start = 0
    /// Runs that stand beside others: escapes as the letters they are.
    private var aside: [UInt8] = []
    private var asideStart = 0

    /// No runs.
    public init() {}

    /// Runs as they were written before.
    public init(bytes: [UInt8], isOpaque: Bool) {
        self.bytes = bytes
        self.isOpaque = isOpaque
        start = bytes.count
    }

    /// Forgets the runs and keeps their room.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isOpaque = false
        start = 0
    }

    /// Adds a text as it is: nothing in it is written anew.
    public mutating func add(_ text: String) {
        var text = text
        let wasOpaque = isOpaque
        text.withUTF8 { add($0, isWire: false) }
        isOpaque = wasOpaque
    }

    /// Adds bytes that hold texts in JSON, in JSON inside strings, or as protobuf's fields.
    public mutating func add(wire: UnsafeBufferPointer<UInt8>) {
        add(wire, isWire: true)
    }

    /// The runs of a text, without the spaces around them: what is looked for.
    public static func pieces(of text: String) -> [[UInt8]] {
        var runs = SearchRuns()
        runs.add(text)
        return runs.bytes.split(separator: 0).map { run in
            let space = UInt8(ascii: " ")
            return Array(run.drop { $0 == space }.reversed().drop { $0 == space }.reversed())
        }.filter { !$0.isEmpty && !Self.isWrittenAnew($0) }
    }

    /// Python's `None` is read as `null`: these letters alone tell nothing.
    private static func isWrittenAnew(_ run: [UInt8]) -> Bool {
        "null".contains(String(decoding: run, as: UTF8.self))
    }

    // MARK: Bytes

    private mutating func add(_ text: UnsafeBufferPointer<UInt8>, isWire: Bool) {
        bytes.reserveCapacity(bytes.count + text.count + 16)
        var at = 0
        while at < text.count {
            at = addPlain(text, at, isWire: isWire)
            guard at < text.count else { break }
            let byte = text[at]
            if byte >= 0x80 {
                at = addForeign(text, at, isWire: isWire)
            } else if byte == UInt8(ascii: "\\"), isWire {
                at = addEscape(text, at)
            } else if isWire, byte < 0x20 || byte == 0x7F {
                addControl(UInt32(byte))
                at += 1
            }
        }
        endRun()
        bytes.append(contentsOf: aside)
        start = bytes.count
        aside.removeAll(keepingCapacity: true)
        asideStart = 0
    }

    /// Bytes that are cut at once: as many as have room on the stack.
    private static let stretch = 1024

    /// Adds the runs of plain ASCII, up to a byte that is more.
    ///
    /// - Returns: where that stands.
    private mutating func addPlain(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, isWire: Bool) -> Int {
        guard let base = text.baseAddress else { return text.count }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.stretch) { room in
            guard let target = room.baseAddress else { return text.count }
            var at = start
            while at < text.count {
                let end = min(at + Self.stretch, text.count)
                let cut = bytescan_cut_runs(
                    target, base, at, end, bytes.count > self.start ? 1 : 0, isWire ? 1 : 0, isOpaque ? 0 : 1)
                if cut.start < Int.max { self.start = bytes.count + cut.start }
                bytes.append(contentsOf: UnsafeBufferPointer(start: target, count: cut.written))
                at = cut.read
                if cut.ends_number != 0 {
                    endRun()
                    at += 1
                } else if at < end {
                    return at
                }
            }
            return at
        }
    }

    private mutating func endRun() {
        guard bytes.count > start else { return }
        if !isOpaque, Self.isOpaqueNumber(bytes[start...]), !isIdentifier { isOpaque = true }
        bytes.append(0)
        start = bytes.count
    }

    /// Whether the run that ends is the id of a trace or a span by the name before it: of random ids one in 400 has no letter
    /// but `e`, which makes no number of it.
    private var isIdentifier: Bool {
        guard [16, 32].contains(bytes.count - start) else { return false }
        var rest = bytes[..<start]
        while rest.popLast() != nil {
            let begin = rest.lastIndex(of: 0).map { $0 + 1 } ?? 0
            let name = rest[begin...].filter { $0 != UInt8(ascii: " ") }
            if !name.isEmpty { return Self.identifiers.contains(Array(name)) }
            rest = rest[..<begin]
        }
        return false
    }

    private static let identifiers = Set(
        ["trace_id", "span_id", "parent_span_id", "parent_id", "traceid", "spanid", "parentspanid"].map {
            Array($0.utf8)
        })

    /// Whether a run is a number that may be written otherwise once it was read: with an exponent, or with more digits than
    /// are kept.
    private static func isOpaqueNumber(_ run: ArraySlice<UInt8>) -> Bool {
        var digits = 0
        var hasExponent = false
        var hasPoint = false
        for byte in run {
            switch byte {
            case 0x30...0x39: digits += 1
            case UInt8(ascii: "e"): hasExponent = true
            case UInt8(ascii: "."): hasPoint = true
            case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: " "): break
            default: return false
            }
        }
        guard digits > 0 else { return false }
        if hasExponent || digits > 15 && hasPoint { return !isShortest(run) }
        // Whole numbers of 64 bits are kept whole.
        return digits > 19
            || digits == 19 && !run.filter { (0x30...0x39).contains($0) }.lexicographicallyPrecedes(largest)
    }

    /// Whether a number stands there as it is written: in the shortest form that reads back the same, as costs mostly do.
    private static func isShortest(_ run: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: run.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        // What is whole may be read as such.
        return Double(text).map { $0.description == text && $0 != $0.rounded() } ?? false
    }

    private static let largest = Array("9223372036854775808".utf8)

    /// What stands for a control character, here and once more where the text is written as JSON again.
    private mutating func addControl(_ code: UInt32) {
        endRun()
        switch code {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(UInt8(ascii: "u"))
            for shift in [12, 8, 4, 0] as [UInt32] {
                let digit = UInt8(code >> shift & 15)
                bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            }
        }
    }

    // MARK: Escapes

    /// Backslashes, however many, and what they escape: as the character they stand for, and as the letters they are.
    private mutating func addEscape(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var at = start
        while at < text.count, text[at] == UInt8(ascii: "\\") { at += 1 }
        guard let escaped = Self.escapedScalar(text, at) else {
            endRun()
            return at
        }
        add(escaped.scalar, isWire: true)
        addAside(text, at, behind: at - start)
        // The second half of a pair of surrogates, which may be letters too.
        if text[at] == UInt8(ascii: "u"), escaped.end > at + 5 {
            addAside(text, escaped.end - 5, behind: escaped.end - 5 - (at + 5))
        }
        return escaped.end
    }

    /// The letters of an escape and what follows them up to the next break, as a run beside the one that is being written.
    ///
    /// Where these letters are meant, the text is written inside of fewer strings than backslashes allow: escapes behind fewer
    /// of them may still be the characters they stand for, those behind as many are letters too, behind a backslash.
    private mutating func addAside(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, behind backslashes: Int) {
        // Each aside may go through those that follow: what makes far more of a text than it is, is looked into instead.
        guard aside.count <= 2 * text.count + 64 else { return isOpaque = true }
        swapAside()
        let before = self.start
        var at = start
        while at < text.count, self.start == before {
            if text[at] == UInt8(ascii: "\\") {
                let first = at
                while at < text.count, text[at] == UInt8(ascii: "\\") { at += 1 }
                guard at - first < backslashes, let escaped = Self.escapedScalar(text, at) else { break }
                add(escaped.scalar, isWire: false)
                at = escaped.end
            } else if text[at] >= 0x80 {
                at = addForeign(text, at, isWire: false)
            } else {
                let end = addLetters(text, at)
                guard end > at else { break }
                at = end
            }
        }
        endRun()
        swapAside()
    }

    /// Adds what goes on a run, up to the byte that does not.
    private mutating func addLetters(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        guard let base = text.baseAddress else { return start }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.stretch) { room in
            guard let target = room.baseAddress else { return start }
            let end = bytescan_copy_run(target, base, start, min(start + Self.stretch, text.count))
            bytes.append(contentsOf: UnsafeBufferPointer(start: target, count: end - start))
            return end
        }
    }

    private mutating func swapAside() {
        swap(&bytes, &aside)
        swap(&start, &asideStart)
    }

    /// `u00e9`, `xe9` or `U000000e9` behind backslashes; a pair of surrogates is one character.
    private static func escapedScalar(
        _ text: UnsafeBufferPointer<UInt8>, _ at: Int
    ) -> (scalar: Unicode.Scalar, end: Int)? {
        guard at < text.count else { return nil }
        let count: Int
        switch text[at] {
        case UInt8(ascii: "u"): count = 4
        case UInt8(ascii: "x"): count = 2
        case UInt8(ascii: "U"): count = 8
        default: return nil
        }
        guard let code = hex(text, at + 1, count) else { return nil }
        let end = at + 1 + count
        if let scalar = Unicode.Scalar(code) { return (scalar, end) }
        var next = end
        while next < text.count, text[next] == UInt8(ascii: "\\") { next += 1 }
        guard (0xD800..<0xDC00).contains(code), next > end, next < text.count, text[next] == UInt8(ascii: "u"),
            let low = hex(text, next + 1, 4), (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (low - 0xDC00))
        else { return ("\u{FFFD}", end) }
        return (scalar, next + 5)
    }

    private static func hex(_ text: UnsafeBufferPointer<UInt8>, _ at: Int, _ count: Int) -> UInt32? {
        guard at + count <= text.count else { return nil }
        var code: UInt32 = 0
        for byte in text[at..<at + count] {
            switch byte {
            case 0x30...0x39: code = code << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: code = code << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: code = code << 4 | UInt32(byte - 0x57)
            default: return nil
            }
        }
        return code
    }

    // MARK: Characters beyond ASCII

    private mutating func addForeign(_ text: UnsafeBufferPointer<UInt8>, _ at: Int, isWire: Bool) -> Int {
        guard let (scalar, end) = Self.scalar(text, at) else {
            endRun()
            return at + 1
        }
        add(scalar, isWire: isWire)
        return end
    }

    private mutating func add(_ scalar: Unicode.Scalar, isWire: Bool) {
        switch scalar.value {
        case 0x3400...0x9FFF, 0x1F000...0x1FAFF, 0x20000...0x2F7FF:
            // Han and pictures are folded to themselves.
            append(scalar)
        case 0..<0x80:
            let letter = bytescan_run_letter(UInt8(scalar.value))
            if letter != 0 {
                bytes.append(letter)
            } else if isWire, scalar.value < 0x20 || scalar.value == 0x7F {
                addControl(scalar.value)
            } else {
                endRun()
            }
        case 0x80..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069:
            if isWire { addControl(scalar.value) } else { endRun() }
        case 0xFFFD: endRun()
        default:
            for part in FoldedLetters.of(scalar) {
                if part == "\0" { endRun() } else { append(part) }
            }
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        if let encoded = UTF8.encode(scalar) { bytes.append(contentsOf: encoded) }
    }

    /// The character whose bytes begin there; `nil` where they are none.
    private static func scalar(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> (Unicode.Scalar, Int)? {
        let first = text[at]
        let count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first < 0xF5, at + count <= text.count else { return nil }
        var code = UInt32(first) & (count == 2 ? 0x1F : count == 3 ? 0x0F : 0x07)
        for byte in text[at + 1..<at + count] {
            guard byte & 0xC0 == 0x80 else { return nil }
            code = code << 6 | UInt32(byte & 0x3F)
        }
        let smallest: UInt32 = count == 2 ? 0x80 : count == 3 ? 0x800 : 0x10000
        guard code >= smallest, let scalar = Unicode.Scalar(code) else { return nil }
        return (scalar, at + count)
    }
}

extension SearchRuns {
    /// Whether a run is part of one of these. Where finding out takes much longer than passing over them once, it may be.
    func hold(_ run: [UInt8]) -> Bool {
        let anchor = Self.rarest(in: run)
        return bytes.withUnsafeBytes { text in
            run.withUnsafeBytes { run in
                guard let base = text.baseAddress, let wanted = run.baseAddress else { return run.isEmpty }
                var place = anchor
                var patience = 64 + text.count * 2
                while place < text.count, let hit = memchr(base + place, Int32(run[anchor]), text.count - place) {
                    place = UnsafeRawPointer(hit) - base
                    let start = place - anchor
                    guard start + run.count <= text.count else { return false }
                    if memcmp(base + start, wanted, run.count) == 0 { return true }
                    patience -= run.count
                    if patience < 0 { return true }
                    place += 1
                }
                return false
            }
        }
    }

    /// Where the byte stands that texts have the fewest of.
    private static func rarest(in run: [UInt8]) -> Int {
        let ranks = ranks
        return run.indices.max { ranks[Int(run[$0])] < ranks[Int(run[$1])] } ?? 0
    }

    /// How rare a byte is in texts.
    private static let ranks: [UInt8] = {
        let common = Array(" etaoinsrhldcumfpgwybvk0123456789".utf8)
        return (0...255).map { (byte: UInt8) in
            common.firstIndex(of: byte).map(UInt8.init) ?? (byte < 0x80 ? UInt8(common.count) : 8)
        }
    }()
}
