import Console

/// The console's keys as a page of Markdown.
enum ConsoleManual {
    /// The page without a line end at its end.
    static var text: String {
        var text = CommandTable.manual()
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
