import Experiments
import OrderedJSON

/// The text of an answer as its pieces come.
struct AnswerText: Sendable {
    private let shape: RecordedRequest.Shape
    private(set) var text = ""
    /// More than this is not shown while it comes.
    private static let longest = 1 << 20

    init(_ shape: RecordedRequest.Shape) {
        self.shape = shape
    }

    /// Takes a piece; whether it said something.
    mutating func add(_ piece: JSONValue) -> Bool {
        guard let said = said(in: piece), !said.isEmpty, text.utf8.count < Self.longest else { return false }
        text += said
        return true
    }

    private func said(in piece: JSONValue) -> String? {
        switch shape {
        case .openAI:
            let choice = piece["choices"]?.array?.first
            return (choice?["delta"] ?? choice?["message"])?["content"]?.string
        case .anthropic:
            return piece["delta"]?["text"]?.string
                ?? piece["content"]?.array?.compactMap { $0["text"]?.string }.joined()
        case .google:
            return piece["candidates"]?.array?.first?["content"]?["parts"]?.array?
                .filter { $0["thought"]?.bool != true }.compactMap { $0["text"]?.string }.joined()
        }
    }
}
