import Assignment

/// Finds placeholders, scalar by scalar from the left; the first that fits wins, as in `{{{name}}}` → `{` value `}`.
enum TemplateScanner {
    /// The stretches of a template.
    static func pieces(of text: String) -> [Template.Piece] {
        let scalars = text.unicodeScalars
        var pieces: [Template.Piece] = []
        var textStart = scalars.startIndex
        var position = scalars.startIndex
        while let open = scalars[position...].firstIndex(of: "{") {
            guard let (end, name) = placeholder(at: open, in: scalars) else {
                position = scalars.index(after: open)
                continue
            }
            if textStart < open { pieces.append(.text(textStart..<open)) }
            pieces.append(.placeholder(open..<end, name: name))
            textStart = end
            position = end
        }
        if textStart < scalars.endIndex { pieces.append(.text(textStart..<scalars.endIndex)) }
        return pieces
    }

    /// The placeholder that begins at an opening brace: where it ends, and its name.
    private static func placeholder(
        at open: String.Index, in scalars: String.UnicodeScalarView
    ) -> (end: String.Index, name: String)? {
        var position = open
        func skip(_ scalar: Unicode.Scalar) -> Bool {
            guard position < scalars.endIndex, scalars[position] == scalar else { return false }
            position = scalars.index(after: position)
            return true
        }
        func skip(while isWanted: (Unicode.Scalar) -> Bool) {
            while position < scalars.endIndex, isWanted(scalars[position]) { position = scalars.index(after: position) }
        }
        guard skip("{"), skip("{") else { return nil }
        skip(while: PythonSpace.contains)
        let start = position
        skip(while: isName)
        let end = position
        guard start < end else { return nil }
        skip(while: PythonSpace.contains)
        guard skip("}"), skip("}") else { return nil }
        return (position, String(scalars[start..<end]))
    }

    /// Python's `\w`: letters and numbers of every script and the underscore; no combining marks.
    static func isName(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": return true
            default: return false
            }
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }
}
