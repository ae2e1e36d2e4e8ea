import OrderedJSON
import TraceModel

extension Normaliser {
    /// Status and error message (§2.8, D18).
    mutating func outcome(into span: inout Span, isRecord: Bool) {
        if isRecord {
            recordOutcome(into: &span)
        } else {
            switch facts.core.statusCode {
            case 1: span.status = .ok
            case 2: span.status = .error
            default: span.status = hasErrorSign() ? .error : .unset
            }
        }
        if span.status == .error { span.errorMessage = errorMessage() }
    }

    private mutating func recordOutcome(into span: inout Span) {
        guard let word = facts.filledText(record[.status]) else {
            span.status = facts.filledText(record[.errorMessage]) != nil || hasErrorSign() ? .error : .unset
            return
        }
        if word.equals("OK") || word.equals("ok") {
            span.status = .ok
        } else if word.equals("ERROR") || word.equals("error") {
            span.status = .error
        } else {
            span.status = .unset
        }
    }

    private mutating func hasErrorSign() -> Bool {
        let names = facts.vocabulary.outcome
        if facts.events.hasException { return true }
        if facts.filledText(facts.value(names.errorType)) != nil { return true }
        if facts.filledText(facts.value(names.errorMessage)) != nil { return true }
        if let level = facts.filledText(facts.value(names.level)), level.equals("ERROR") { return true }
        if let state = facts.bareText(facts.value(names.genkitState)), state.equals("error") { return true }
        return facts.bool(facts.value(names.error)) == true
    }

    private mutating func errorMessage() -> String? {
        let names = facts.vocabulary.outcome
        return facts.string(record[.errorMessage]) ?? facts.string(facts.core.statusMessage)
            ?? facts.string(facts.value(names.errorMessage)) ?? facts.string(facts.value(names.errorType))
            ?? facts.string(facts.events.exceptionMessage) ?? facts.string(facts.events.exceptionType)
            ?? facts.string(facts.value(names.levelMessage))
    }

    /// Why the model stopped (§2.7, D13).
    mutating func finishReason() -> String? {
        let names = facts.vocabulary.outcome
        if facts.present.intersects(names.finishReason.set) {
            for id in names.finishReason.order where facts.has(id) {
                if let word = firstWord(facts.value(id)) { return FinishReasonWord.folded(word) }
            }
        }
        if let word = raw.finishReason ?? raw.answer?.finishReason { return FinishReasonWord.folded(word) }
        if let word = facts.firstString(names.finishReasonRest) { return FinishReasonWord.folded(word) }
        return metadataReason().map(FinishReasonWord.folded) ?? timingsReason().map(FinishReasonWord.folded)
    }

    /// A text, or the first text of a list, which may be written inside a text, as JSON or as Python has it.
    private mutating func firstWord(_ value: WireValue) -> String? {
        if let text = facts.filledText(value) {
            guard text[0] < UInt8(ascii: "a"), let json = StructuredText.json(text) else {
                return String(decoding: text, as: UTF8.self)
            }
            return json.string ?? json.array?.lazy.compactMap(\.string).first { !$0.isEmpty }
        }
        guard case .array(let elements) = AttributeReader.value(value, base: facts.base) else { return nil }
        for case .string(let word) in elements where !word.isEmpty { return word }
        return nil
    }

    private mutating func metadataReason() -> String? {
        guard let text = facts.filledText(facts.value(facts.vocabulary.raw.metadata)),
            let json = try? JSONValue(parsing: text, maxDepth: 128, allowsLoneSurrogates: true)
        else { return nil }
        return json["choices"]?[0]?["finish_reason"]?.string ?? json["stop_reason"]?.string
            ?? json["finishReason"]?.string
    }

    private mutating func timingsReason() -> String? {
        guard let text = facts.filledText(facts.value(facts.vocabulary.raw.timings)), text.holds("finishReason"),
            let json = try? JSONValue(parsing: text, maxDepth: 128, allowsLoneSurrogates: true)
        else { return nil }
        return json["steps"]?.array?.last?["finishReason"]?.string
    }
}
