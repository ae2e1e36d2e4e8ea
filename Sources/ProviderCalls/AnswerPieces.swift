package import OrderedJSON

/// The pieces of a streamed answer from its bytes, for whoever hands them on: the same forms and the same errors as a
/// ``ProviderExchange`` sees.
package struct AnswerPieces: ~Copyable {
    /// What the bytes gave.
    package enum Step: Sendable {
        /// A piece of the answer.
        case piece(JSONValue)
        /// An error in its place: nothing follows.
        case failure(CallFailure)
        /// The mark of the end.
        case done
    }

    private let dialect: CallDialect
    private var inflater: AnswerInflater
    private var framing = AnswerFraming(longestAnswer: 64 << 20)
    private var isEnded = false
    private var pieces = 0

    package init(_ dialect: CallDialect, contentEncoding: String?) {
        self.dialect = dialect
        inflater = AnswerInflater(contentEncoding: contentEncoding)
    }

    /// Takes bytes and gives what they complete.
    package mutating func take(_ bytes: UnsafeRawBufferPointer) -> [Step] {
        var found: [AnswerFraming.Piece] = []
        inflater.take(bytes) { found += framing.take($0) }
        return found.map { step($0) }
    }

    /// What was under way when the bytes ended, and what is wrong with an end there.
    package mutating func finish() -> [Step] {
        var found: [AnswerFraming.Piece] = []
        inflater.finish { found += framing.take($0) }
        found += framing.finish()
        var steps = found.map { step($0) }
        if case .failure(let failure)? = steps.last, failure.kind == .malformed { steps = [.failure(.incomplete)] }
        guard !steps.contains(where: { if case .failure = $0 { true } else { false } }) else { return steps }
        if let fault = fault() { steps.append(.failure(fault)) }
        return steps
    }

    private func fault() -> CallFailure? {
        switch framing.form {
        case .markup: return .malformed(CallFailure.text(framing.text))
        case .text: return .malformed("the answer is no JSON: " + CallFailure.text(framing.text))
        case .undecided: return .malformed("the answer is empty")
        case .events, .awsEvents, .json:
            // An answer that came whole though a stream was asked for has its end in itself.
            let isWhole = isEnded || framing.form == .json && pieces == 1 && !framing.isCut
            return inflater.isBroken || !isWhole || framing.isCut ? .incomplete : nil
        }
    }

    private mutating func step(_ piece: AnswerFraming.Piece) -> Step {
        switch piece {
        case .done:
            isEnded = true
            return .done
        case .exception(let type, let payload):
            return .failure(CallFailure(exception: type, payload: payload))
        case .json(let text, let event):
            guard let json = try? JSONValue(parsing: text, allowsLoneSurrogates: true) else {
                if event == "error" { return .failure(CallFailure(event: text)) }
                return .failure(.malformed("a piece of the answer is no JSON: " + CallFailure.text(text)))
            }
            if let failure = AnswerErrors.failure(in: json, event: event, dialect) { return .failure(failure) }
            pieces += 1
            isEnded = isEnded || dialect.ends(json)
            return .piece(json)
        }
    }
}

extension CallDialect {
    /// Whether a piece of a streamed answer says that it is whole, or why the model stopped.
    func ends(_ piece: JSONValue) -> Bool {
        var folder = reading.folder()
        folder.add(piece)
        return folder.isEnded
    }
}

extension CallFailure {
    /// An event that is called an error and holds no JSON.
    init(event text: [UInt8]) { self.init(kind: .insideAnswer, message: CallFailure.text(text)) }

    /// An error that AWS's event stream reports.
    init(exception type: String, payload: [UInt8]) {
        let json = try? JSONValue(parsing: payload, allowsLoneSurrogates: true)
        let said = json.flatMap { CallFailure.said(in: $0) }
        self.init(
            kind: .insideAnswer, type: type,
            message: said?.message ?? (json == nil && !payload.isEmpty ? CallFailure.text(payload) : type))
    }
}
