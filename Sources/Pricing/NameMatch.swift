/// A clause that says which names mean a thing; letters are compared without case.
public indirect enum NameMatch: Hashable, Sendable {
    /// The whole name.
    case equals(String)
    /// How it begins.
    case startsWith(String)
    /// How it ends.
    case endsWith(String)
    /// What it holds.
    case contains(String)
    /// A regular expression found anywhere in it.
    case regex(String)
    /// One of these.
    case any([NameMatch])
    /// All of these.
    case all([NameMatch])

    /// Whether the name is meant.
    public func matches(_ name: String) -> Bool {
        matches(FoldedName(name))
    }

    func matches(_ name: FoldedName) -> Bool {
        switch self {
        case .equals(let text): name.bytes == FoldedName.bytes(of: text)
        case .startsWith(let text): name.bytes.starts(with: FoldedName.bytes(of: text))
        case .endsWith(let text): name.bytes.reversed().starts(with: FoldedName.bytes(of: text).reversed())
        case .contains(let text): name.holds(FoldedName.bytes(of: text))
        case .regex(let pattern): name.text.contains(pattern: pattern)
        case .any(let clauses): clauses.contains { $0.matches(name) }
        case .all(let clauses): clauses.allSatisfy { $0.matches(name) }
        }
    }
}

/// A name in small letters, as bytes: names of models are compared byte by byte (`é` in two forms is two names).
struct FoldedName {
    let text: String
    let bytes: [UInt8]

    init(_ text: String) {
        self.text = text
        bytes = Self.bytes(of: text)
    }

    static func bytes(of text: String) -> [UInt8] { Array(text.lowercased().utf8) }

    func holds(_ part: [UInt8]) -> Bool {
        guard !part.isEmpty else { return true }
        guard bytes.count >= part.count else { return false }
        return (0...(bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
    }
}

extension String {
    /// Whether a regular expression is found in it, without case; one that cannot be compiled finds nothing.
    fileprivate func contains(pattern: String) -> Bool {
        guard let regex = try? Regex(pattern).ignoresCase() else { return false }
        return firstMatch(of: regex) != nil
    }
}
