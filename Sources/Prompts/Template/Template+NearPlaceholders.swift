import Assignment

extension Template {
    /// Text in two braces that is perhaps meant as a placeholder and is none: it reaches the model as it stands.
    public struct NearPlaceholder: Hashable, Sendable {
        /// What stands there, with its braces.
        public let text: String
        /// Where it stands.
        public let range: Range<String.Index>
        /// Why it is none.
        public let reason: String
    }

    /// What is perhaps meant as a placeholder and is none, in order.
    public var nearPlaceholders: [NearPlaceholder] {
        var found: [NearPlaceholder] = []
        for case .text(let range) in pieces { Self.collect(in: text.unicodeScalars[range]) { found.append($0) } }
        return found
    }

    /// For each text that is perhaps meant as a placeholder and is none: what stands there and why, in one line.
    public var nearPlaceholderNotes: [String] {
        Self.distinct(nearPlaceholders.map { "\($0.text) is no placeholder: \($0.reason)" })
    }

    /// More is no placeholder but a text with braces in it.
    private static let longest = 80

    private static func collect(in scalars: Substring.UnicodeScalarView, _ found: (NearPlaceholder) -> Void) {
        var position = scalars.startIndex
        while let open = scalars[position...].firstIndex(of: "{") {
            position = scalars.index(after: open)
            guard position < scalars.endIndex, scalars[position] == "{" else { continue }
            position = scalars.index(after: position)
            let start = position
            let inner = scalars[start...].prefix(longest).prefix { $0 != "{" && $0 != "}" && $0 != "\n" }
            position = inner.endIndex
            guard position < scalars.endIndex, scalars[position] == "}" else { continue }
            let next = scalars.index(after: position)
            let isClosed = next < scalars.endIndex && scalars[next] == "}"
            position = isClosed ? scalars.index(after: next) : next
            let text = String(scalars[open..<position])
            found(
                NearPlaceholder(text: text, range: open..<position, reason: reason(String(inner), isClosed: isClosed)))
        }
    }

    private static func reason(_ inner: String, isClosed: Bool) -> String {
        guard isClosed else { return "only one brace closes it" }
        let scalars = inner.unicodeScalars.drop(while: PythonSpace.contains)
        guard let first = scalars.first else { return "it names nothing" }
        if "#/^>!&".unicodeScalars.contains(first) {
            return "\(first) is no syntax here: there are no conditions, loops or comments"
        }
        let name = String(String.UnicodeScalarView(scalars))
        let hidden = HiddenText.features(of: name).filter { !$0.hasPrefix("a space") }
        if let feature = hidden.first { return "its name has \(feature)" }
        guard let wrong = scalars.first(where: { !TemplateScanner.isName($0) }) else { return "its name is cut" }
        if PythonSpace.contains(wrong) { return "its name has a space in it" }
        return "\(wrong) may not stand in a name: letters, numbers and _ only"
    }
}
