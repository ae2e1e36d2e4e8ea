/// A page for `man`, written with the macros every `man` knows.
struct ManualPage: Sendable {
    /// Its name, as `fallom-sessions`.
    let name: String
    /// Its section: 1 commands, 5 files, 7 what belongs to neither.
    let section: Int
    private var lines: [String] = []

    /// Begins a page with its title line and its NAME section.
    init(_ name: String, _ section: Int, about: String) {
        self.name = name
        self.section = section
        lines.append(
            ".TH \(name.uppercased()) \(section) \"\(Version.date)\" \"fallom \(Version.text)\" \"Fallom\"")
        heading("Name")
        // One line: indexes of man pages read no further.
        lines.append(Self.plain(name) + " \\- " + Self.plain(about.droppingFullStop))
    }

    /// The name of its file.
    var fileName: String { "\(name).\(section)" }

    /// The whole file.
    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func heading(_ title: String) { lines.append(".SH \(title.uppercased())") }

    mutating func subheading(_ title: String) { lines.append(".SS \(Self.plain(title))") }

    /// A paragraph; words between backticks are bold.
    mutating func paragraph(_ text: String) {
        beginParagraph()
        add(text)
    }

    /// A term and what it means.
    mutating func item(_ term: String, _ meaning: String) {
        lines.append(".TP")
        lines.append(Self.line(Self.marked(term)))
        add(meaning)
    }

    /// Lines to be shown as they are.
    mutating func example(_ text: String) {
        beginParagraph()
        lines += [".RS 4", ".nf"]
        lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { Self.line(Self.plain($0)) }
        lines += [".fi", ".RE"]
    }

    /// The other pages, in one paragraph.
    mutating func seeAlso(_ pages: [String]) {
        heading("See also")
        for (index, page) in pages.enumerated() {
            let parts = page.split(separator: "(")
            let comma = index == pages.count - 1 ? "" : ","
            lines.append(".BR \(Self.plain(parts[0])) (\(parts[1])\(comma)")
        }
    }

    /// After a heading a paragraph begins by itself.
    private mutating func beginParagraph() {
        if let last = lines.last, !last.hasPrefix(".SH"), !last.hasPrefix(".SS") { lines.append(".PP") }
    }

    private mutating func add(_ text: String) {
        var line = ""
        for word in Self.marked(text).split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty, line.utf8.count + word.utf8.count > 76 {
                lines.append(Self.line(line))
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(Self.line(line)) }
    }

    // MARK: - The language of man pages

    /// A line of text that is not taken for a command.
    private static func line(_ text: String) -> String {
        text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }

    /// Text with every sign that means something to `man` written so that it is shown.
    private static func plain(_ text: some StringProtocol) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\e"
            case "-": out += "\\-"
            case "'": out += "\\(aq"
            case "`": out += "\\(ga"
            case "^": out += "\\(ha"
            case "~": out += "\\(ti"
            case "\"": out += "\\(dq"
            case _ where scalar.value > 0x7E:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                out += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// Text with what stands between backticks in bold.
    private static func marked(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index % 2 == 1 && !part.isEmpty ? "\\fB" + plain(part) + "\\fP" : plain(part)
        }.joined()
    }
}

extension String {
    /// Without the full stop that ends a sentence, and with a small first letter where the word is no name.
    fileprivate var droppingFullStop: String {
        var text = hasSuffix(".") ? String(dropLast()) : self
        if let first = text.first, first.isUppercase, text.dropFirst().first?.isLowercase == true {
            text = first.lowercased() + text.dropFirst()
        }
        return text
    }
}
