import OrderedJSON

/// Errors that come as answers: in a chunk, under status 200, as an event.
enum AnswerErrors {
    /// The error that a piece of an answer holds; `nil` when it holds none.
    static func failure(in piece: JSONValue, event: String?, _ dialect: CallDialect) -> CallFailure? {
        let type = piece["type"]?.string
        if event == "error" || type == "error" || piece["object"]?.string == "error" {
            return CallFailure.said(in: piece) ?? .malformed(piece.compactText)
        }
        if let failed = failedResponse(piece, type) { return failed }
        if holdsError(piece["error"]) { return CallFailure.said(in: piece) }
        for choice in piece["choices"]?.elements ?? [] where holdsError(choice["error"]) {
            return CallFailure.said(in: choice)
        }
        if let failed = cohere(piece) { return failed }
        guard !dialect.holdsAnswer(piece), !isKnown(type ?? event, dialect) else { return nil }
        return CallFailure.said(in: piece)
    }

    private static func holdsError(_ error: JSONValue?) -> Bool {
        switch error {
        case .string(let text): !text.isEmpty
        case .object(let members): !members.isEmpty
        case .bool(let isError): isError
        default: false
        }
    }

    /// Responses say so by their status, or by the event that brings it.
    private static func failedResponse(_ piece: JSONValue, _ type: String?) -> CallFailure? {
        let response = piece["response"]?.object == nil ? piece : piece["response"] ?? piece
        guard response["object"]?.string == "response" || type?.hasPrefix("response.") == true else { return nil }
        guard response["status"]?.string == "failed" || type == "response.failed" else {
            return response["status"]?.string == "cancelled"
                ? CallFailure(kind: .insideAnswer, type: "cancelled", message: "the response was cancelled") : nil
        }
        return CallFailure.said(in: response) ?? CallFailure(kind: .insideAnswer, message: "the response failed")
    }

    private static func cohere(_ piece: JSONValue) -> CallFailure? {
        guard let delta = piece["delta"], let text = delta["error"]?.filledText else { return nil }
        return CallFailure(kind: .insideAnswer, type: delta["finish_reason"]?.string, message: text)
    }

    /// Where every event says its kind, one with a kind is no error, whatever members it has.
    private static func isKnown(_ kind: String?, _ dialect: CallDialect) -> Bool {
        switch dialect {
        case .anthropicMessages, .openAIResponses, .cohereChat, .bedrockConverse, .bedrockInvoke: kind != nil
        default: false
        }
    }
}
