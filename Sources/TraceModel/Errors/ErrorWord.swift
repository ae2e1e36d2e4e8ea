/// A word of an error's message: whether it is a number or an id, or has one in it.
///
/// Told by how it looks: `req_8fK2x1`, `org-1234`, a UUID, hexadecimal digits, `order12345`; not `gpt-4o`, `base64`,
/// `HTTP2`.
struct ErrorWord {
    let scalars: ArraySlice<Unicode.Scalar>

    /// Longer words are nobody's own: what is encoded.
    private static let longest = 64

    init(_ scalars: ArraySlice<Unicode.Scalar>) {
        self.scalars = scalars
    }

    var text: String { String(String.UnicodeScalarView(scalars)) }

    /// Whether it is three digits from 400 to 599.
    var mayBeStatus: Bool { Self.mayBeStatus(scalars) }

    private static func mayBeStatus(_ digits: ArraySlice<Unicode.Scalar>) -> Bool {
        digits.count == 3 && digits.allSatisfy(\.isDigit) && (digits.first == "4" || digits.first == "5")
    }

    /// The word with `*` for what varies.
    var pattern: [Unicode.Scalar] {
        if let uuidPattern { return uuidPattern }
        guard scalars.count <= Self.longest else { return ["*"] }
        return scalars.first?.isDigit == true ? numberPattern : partsPattern(everyDigit: false)
    }

    /// Of a word that begins with a digit.
    private var numberPattern: [Unicode.Scalar] {
        // A number, several of them, a date, a time.
        if scalars.allSatisfy({ $0.isDigit || $0.joins }) || scalars.contains(":") { return ["*"] }
        if scalars.starts(with: ["0", "x"]), scalars.dropFirst(2).allSatisfy(\.isHexadecimal) { return ["*"] }
        if scalars.count >= 8, scalars.allSatisfy(\.isHexadecimal) { return ["*"] }
        let unit = scalars.drop { $0.isDigit || $0 == "." || $0 == "," }
        if Self.units.contains(String(String.UnicodeScalarView(unit))) { return ["*"] + unit }
        return partsPattern(everyDigit: true)
    }

    private static let units: Set = [
        "ns", "us", "µs", "ms", "s", "sec", "m", "min", "h", "d", "k", "K", "M", "G", "B", "b", "kB", "kb", "KB", "MB",
        "GB", "TB", "KiB", "MiB", "GiB", "st", "nd", "rd", "th", "x", "xx", "px",
    ]

    /// Part by part, as `_`, `-` and `.` join them. What follows an id and looks like one belongs to it.
    private func partsPattern(everyDigit: Bool) -> [Unicode.Scalar] {
        var shown: [Unicode.Scalar] = []
        var isAside = false
        var start = scalars.startIndex
        while start <= scalars.endIndex {
            let end = scalars[start...].firstIndex(where: \.joins) ?? scalars.endIndex
            let joint = start > scalars.startIndex ? scalars[start - 1] : nil
            let part = ErrorWordPart(scalars[start..<end], joint: joint, isBehindID: isAside)
            switch part.pattern(everyDigit: everyDigit) {
            case ["*"] where isAside: break
            case let pattern:
                if let joint { shown.append(joint) }
                shown += pattern
                isAside = pattern == ["*"]
            }
            start = end + 1
        }
        return shown
    }

    /// The pattern where it ends with a UUID.
    private var uuidPattern: [Unicode.Scalar]? {
        let last = scalars.suffix(36)
        guard last.count == 36 else { return nil }
        for (index, scalar) in last.enumerated() {
            guard [8, 13, 18, 23].contains(index) ? scalar == "-" : scalar.isHexadecimal else { return nil }
        }
        let before = scalars.dropLast(36)
        guard before.last?.joins ?? true else { return nil }
        return Array(before) + ["*"]
    }
}

/// A part of a word between signs that join.
private struct ErrorWordPart {
    private let scalars: ArraySlice<Unicode.Scalar>
    private let joint: Unicode.Scalar?
    private let isBehindID: Bool
    private let digits: Int
    /// How many runs of digits it has.
    private let runs: Int

    init(_ scalars: ArraySlice<Unicode.Scalar>, joint: Unicode.Scalar?, isBehindID: Bool) {
        self.scalars = scalars
        self.joint = joint
        self.isBehindID = isBehindID
        digits = scalars.count(where: \.isDigit)
        runs = zip([" "] + scalars, scalars).count { !$0.isDigit && $1.isDigit }
    }

    func pattern(everyDigit: Bool) -> [Unicode.Scalar] {
        if varies(everyDigit: everyDigit) { return ["*"] }
        // `order12345`: what is counted has a name.
        let stem = scalars.prefix { !$0.isDigit }
        if joint == nil, stem.count >= 2, scalars.count - stem.count >= 4, digits == scalars.count - stem.count {
            return Array(stem) + ["*"]
        }
        return isRandom(from: joint == nil ? 8 : 5) || isMixed ? ["*"] : Array(scalars)
    }

    private func varies(everyDigit: Bool) -> Bool {
        let isHexadecimal = scalars.allSatisfy(\.isHexadecimal)
        if isBehindID, scalars.count >= 2, isHexadecimal || digits > 0 { return true }
        guard digits > 0 else { return false }
        if everyDigit || isHexadecimal && scalars.count >= 8 { return true }
        guard digits == scalars.count else { return joint != nil && scalars.count >= 16 }
        // A version of a model has few digits: `gpt-4`, `ada-002`.
        let isStatus = digits == 3 && (scalars.first == "4" || scalars.first == "5")
        return digits >= 4 || joint == "_" && !isStatus
    }

    /// Whether small letters, capital ones and digits change as in no name: `AypHunIpi1EdYetvlVaUfh`. Behind a prefix, as
    /// in `chatcmpl-aXbYQcZdWRtE`, names are rare.
    private var isMixed: Bool {
        let isPrefixed = joint == "-" || joint == "_"
        let capitals = scalars.count(where: \.isCapital)
        guard scalars.count >= (isPrefixed ? 12 : 16), capitals + digits < scalars.count else { return false }
        let changes = zip(scalars, scalars.dropFirst()).count { one, next in
            next.isCapital || one.isDigit != next.isDigit
        }
        // A name in capital letters and small ones has humps: `SSLCertVerificationError`.
        guard isPrefixed || digits > 0 else { return changes * 5 >= scalars.count * 2 }
        return changes * 3 >= scalars.count
            || isPrefixed && capitals * 3 > scalars.count && capitals * 3 < scalars.count * 2
    }

    /// Whether letters and digits stand together as in no word.
    private func isRandom(from length: Int) -> Bool {
        scalars.count >= length && digits < scalars.count && (runs >= 2 || digits * 4 >= scalars.count)
    }
}

extension Unicode.Scalar {
    /// A digit of ASCII.
    var isDigit: Bool { ("0"..."9").contains(self) }

    var isCapital: Bool { ("A"..."Z").contains(self) }

    var isHexadecimal: Bool { isDigit || ("a"..."f").contains(self) || ("A"..."F").contains(self) }

    /// What words are made of, besides signs that join.
    var isOfWord: Bool {
        if isASCII { return isDigit || ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_" }
        return properties.isAlphabetic
    }

    /// What joins the parts of a word, or the digits of a number.
    var joins: Bool { self == "_" || self == "-" || self == "." || self == "," || self == ":" }
}
