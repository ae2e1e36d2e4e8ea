/// A block of a Markdown text, in the order in which it is read.
///
/// What models write is read leniently: line breaks of paragraphs are kept, numbers of lists are as written, HTML is text.
/// Nothing of the text is left out but the marks that are shown by the shape itself.
public indirect enum MarkdownBlock: Hashable, Sendable {
    /// `# …`, or a line above `===` or `---`. Level from 1 to 6.
    case heading(level: Int, [MarkdownRun])
    /// Lines of text; a line break is `\n` inside the runs.
    case paragraph([MarkdownRun])
    /// Items in order.
    case list([MarkdownItem])
    /// What stands behind `>`.
    case quote([MarkdownPart])
    /// A fence, or lines indented by four. `language` is what stands behind the fence, as written; its first word names the
    /// language. Empty for none.
    case code(language: String, text: String)
    /// A table; every row has as many cells as there are alignments.
    case table(head: [[MarkdownRun]], rows: [[[MarkdownRun]]], alignments: [MarkdownAlignment])
    /// A line across.
    case rule
}

/// A block and whether a blank line stood before it.
public struct MarkdownPart: Hashable, Sendable {
    /// The block.
    public var block: MarkdownBlock
    /// Whether the writer set it off from what stands above.
    public var isApart: Bool

    /// Makes a part.
    public init(_ block: MarkdownBlock, isApart: Bool) {
        self.block = block
        self.isApart = isApart
    }
}

/// One item of a list.
public struct MarkdownItem: Hashable, Sendable {
    /// `3.` or `3)` as written; `nil` for a bullet.
    public var number: String?
    /// Whether a blank line stood before it.
    public var isApart: Bool
    /// What it says.
    public var parts: [MarkdownPart]
}

/// Where the text of a table's column stands.
public enum MarkdownAlignment: Hashable, Sendable {
    /// At the left, which is also where nothing is said.
    case left
    /// In the middle.
    case center
    /// At the right.
    case right
}

/// A piece of text in one look.
public struct MarkdownRun: Hashable, Sendable {
    /// Looks; they add up.
    public struct Look: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Makes a set from bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `**…**`
        public static let strong = Look(rawValue: 1)
        /// `*…*`
        public static let emphasis = Look(rawValue: 2)
        /// `~~…~~`; the marks stay in the text, for terminals do not strike.
        public static let struck = Look(rawValue: 4)
        /// `` `…` ``
        public static let code = Look(rawValue: 8)
        /// The text of a link, or an address that stands for itself.
        public static let link = Look(rawValue: 16)
        /// Where a link leads, added behind its text.
        public static let destination = Look(rawValue: 32)
    }

    /// What is read.
    public var text: String
    /// How it looks.
    public var look: Look

    /// Makes a run.
    public init(_ text: String, _ look: Look = []) {
        self.text = text
        self.look = look
    }
}
