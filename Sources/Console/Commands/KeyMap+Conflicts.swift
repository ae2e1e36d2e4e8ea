import Cells

extension KeyMap {
    /// A chord that would mean two things at once.
    public struct Conflict: Hashable, Sendable {
        /// The command whose keys were changed.
        public var command: String
        /// What is wrong and what would be right.
        public var message: String
    }

    /// What is wrong with the changes: chords another command of the same screen has, and chords that begin with one.
    /// Commands that share a key in the table do so because only one of them is there at a time.
    public var conflicts: [Conflict] {
        var found: [Conflict] = []
        for command in CommandTable.all {
            for chord in changes[command.name] ?? [] {
                guard let other = CommandTable.all.first(where: { clashes(command, chord, with: $0) }) else { continue }
                let theirs = chords(of: other).first { Self.meet($0, chord) } ?? chord
                let what =
                    theirs == chord
                    ? "is \(other.name) already" : "and \(Self.text(theirs)), which is \(other.name), begin alike"
                found.append(
                    Conflict(
                        command: command.name,
                        message: "\(Self.text(chord)) \(what) (\(other.place.title)); give one of them other keys"))
            }
        }
        return found
    }

    private func clashes(_ command: Command, _ chord: Chord, with other: Command) -> Bool {
        guard other.name != command.name, chords(of: other).contains(where: { Self.meet($0, chord) }) else {
            return false
        }
        let isNear =
            other.place == command.place
            || [other.place, command.place].contains(.everywhere) && !other.place.isOverlay && !command.place.isOverlay
        return isNear && Set(other.keys).isDisjoint(with: command.keys)
    }

    /// Whether one is the other or its beginning.
    private static func meet(_ one: Chord, _ other: Chord) -> Bool {
        let length = min(one.count, other.count)
        return one[..<length] == other[..<length]
    }
}
