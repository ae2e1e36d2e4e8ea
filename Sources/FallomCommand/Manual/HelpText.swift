/// The help of a command whose own option is called `--version`. The argument parser lists the program's flag of that name
/// below it, which cannot be reached there: it stands once.
struct HelpText {
    /// What is to be printed.
    let text: String

    /// - Returns: `nil` for every other text.
    init?(_ written: String) {
        let lines = written.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.contains(where: { $0.hasPrefix("  --version <") }) else { return nil }
        text = lines.filter { !Self.isProgramVersion($0) }.joined(separator: "\n")
    }

    private static func isProgramVersion(_ line: Substring) -> Bool {
        line.hasPrefix("  --version ") && line.hasSuffix(" Show the version.")
    }
}
