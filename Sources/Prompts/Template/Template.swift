import Assignment

/// A prompt template: text with `{{ name }}` placeholders (docs/assignment.md §4).
///
/// A placeholder is two braces, optional white space, one name of letters, numbers and underscores, optional white space,
/// two braces. Everything else is text, `{{}}`, `{{a-b}}` and `{{#if}}` included. Characters are Unicode scalars with
/// Python's classes: combining marks belong to no name.
public struct Template: Sendable {
    /// A stretch of the template.
    public enum Piece: Hashable, Sendable {
        /// Text that stays.
        case text(Range<String.Index>)
        /// A placeholder: its whole range with the braces, and its name.
        case placeholder(Range<String.Index>, name: String)
    }

    /// The template's text.
    public let text: String
    /// Its stretches in order; together they are the text.
    public let pieces: [Piece]

    /// Scans a template.
    public init(_ text: String) {
        self.text = text
        self.pieces = TemplateScanner.pieces(of: text)
    }

    /// The names of the placeholders in order of first appearance, each once.
    public var variables: [String] {
        Template.distinct(
            pieces.compactMap { piece in
                if case .placeholder(_, let name) = piece { name } else { nil }
            })
    }

    /// The text with its placeholders filled in. Values are not scanned again. What has no variable, or one that is
    /// `null`, stays as it is, byte for byte.
    public func rendered(with variables: PromptVariables) -> RenderedText {
        var output = ""
        var missing: [String] = []
        var nullValued: [String] = []
        var fixedCount = 0
        for piece in pieces {
            switch piece {
            case .text(let range):
                output += text[range]
                fixedCount += text[range].utf8.count { $0 > 0x20 }
            case .placeholder(let range, let name):
                guard let value = variables[name] else {
                    missing.append(name)
                    output += text[range]
                    continue
                }
                if let text = value.templateText {
                    output += text
                } else {
                    nullValued.append(name)
                    output += text[range]
                }
            }
        }
        return RenderedText(
            text: output, found: self.variables, missing: Template.distinct(missing),
            nullValued: Template.distinct(nullValued), fixedCount: fixedCount)
    }

    /// The texts in their order, each once.
    static func distinct(_ texts: [String]) -> [String] {
        var seen: Set<UTF8Key> = []
        return texts.filter { seen.insert(UTF8Key($0)).inserted }
    }
}

/// A rendered template and what became of its placeholders.
public struct RenderedText: Hashable, Sendable {
    /// The text.
    public let text: String
    /// The placeholders' names, each once.
    public let found: [String]
    /// Those that no variable was given for.
    public let missing: [String]
    /// Those whose variable is `null`.
    public let nullValued: [String]
    /// How much of the text is the template's own: bytes of UTF-8 outside of its placeholders, spaces not counted.
    public let fixedCount: Int
}
