import Cells

/// What figures say: what is decided stands out, why it is so reads as text.
enum Verdict {
    /// A sentence in runs: what stands before its colon is decided.
    /// - Parameter whole: how a sentence without a colon looks.
    static func runs(of sentence: String, whole: Role = .text) -> [TextLine.Run] {
        guard let colon = sentence.firstRange(of: ": ") else { return [TextLine.Run(sentence, whole)] }
        return [
            TextLine.Run(String(sentence[..<colon.upperBound]), .strong),
            TextLine.Run(String(sentence[colon.upperBound...])),
        ]
    }

    /// Sentences one after the other: the first decides.
    static func runs(of sentences: [String]) -> [TextLine.Run] {
        guard let first = sentences.first else { return [] }
        let rest = sentences.dropFirst()
        return runs(of: first, whole: .strong) + (rest.isEmpty ? [] : [TextLine.Run(" " + rest.joined(separator: " "))])
    }

    /// Runs in lines of a width.
    static func lines(_ runs: [TextLine.Run], width: Int, _ scene: Scene) -> [StyledText] {
        RunFlow.lines(runs, width: width).map { line in
            var text = StyledText()
            for run in line { text.append(run.text, scene[run.role].adding(run.attributes)) }
            return text
        }
    }
}
