/// One line for the person at the screen, shown in the hint line's place until the next key.
public struct Notice: Hashable, Sendable {
    /// How it looks and by which sign it is known.
    public enum Tone: Hashable, Sendable {
        /// Something was done.
        case good
        /// Something is worth knowing.
        case plain
        /// Something did not work.
        case problem
    }

    /// What happened and what to do.
    public var text: String
    /// How it looks.
    public var tone: Tone

    /// Makes a notice.
    public init(_ text: String, _ tone: Tone = .plain) {
        self.text = text
        self.tone = tone
    }
}
