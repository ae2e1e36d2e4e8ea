import OrderedJSON
import TraceModel

/// What ingest needs of the vendor's own objects (`fallom.raw.*`, docs/wire.md §3).
struct RawObjects {
    /// `fallom.raw.request` → `model`.
    var requestModel: String?
    /// `fallom.raw.response` → `model` or `modelId`.
    var responseModel: String?
    /// `fallom.raw.response` → `responseId`.
    var responseID: String?
    /// `fallom.raw.response` → `finishReason`.
    var finishReason: String?
    /// `fallom.raw.usage`.
    var usage: ReportedUsage?
    /// `fallom.raw.response` → `usage`.
    var responseUsage: ReportedUsage?
    /// The answer that another dialect keeps whole in one attribute.
    var answer: VendorAnswer?
    /// Whether the request of another dialect has the shape of one for embeddings.
    var mayBeEmbedding = false
    /// Whether the answer may hold tool calls, which then are read with the messages.
    var mayHoldToolCalls = false
}

extension Normaliser {
    /// Reads request, response and usage; texts that are not JSON say nothing.
    mutating func readRaw() {
        let names = facts.vocabulary.raw
        if let text = facts.filledText(facts.value(names.request)) { readRequest(text) }
        if let text = facts.filledText(facts.value(names.response)) { readResponse(text) }
        if let text = facts.filledText(facts.value(names.usage)) { raw.usage = UsageReader.read(text) }
        if facts.present.intersects(names.answers.set) || facts.present.intersects(names.requests.set) {
            readVendorAttributes(names)
        }
    }

    /// Request and answer of the dialects that keep them whole.
    private mutating func readVendorAttributes(_ names: RawNames) {
        guard holdsModelCall() else { return }
        for id in names.requests.order where facts.has(id) && raw.requestModel == nil {
            let request = facts.json(facts.value(id))
            raw.requestModel = (request?["model"] ?? request?["config"]?["version"])?.string
            raw.mayBeEmbedding = request?["input"] != nil && request?.first("messages", "instructions") == nil
        }
        for id in names.answers.order where facts.has(id) && raw.answer == nil {
            guard let json = facts.json(facts.value(id)), json.object?.isEmpty == false else { continue }
            let answer = VendorAnswer(json)
            raw.answer = answer
            raw.responseModel = raw.responseModel ?? answer.model
            raw.responseID = raw.responseID ?? answer.id
        }
    }

    /// Whether what these dialects keep is of a model: they keep what goes into tools and flows the same way.
    private mutating func holdsModelCall() -> Bool {
        let kinds = facts.vocabulary.kinds
        if facts.has(kinds.mlflow) {
            return said(kinds.mlflow, KindWords.mlflow).map { $0 == .llm || $0 == .embedding } ?? false
        }
        if facts.has(kinds.genkitType) || facts.has(kinds.genkitSubtype) {
            return said(kinds.genkitSubtype, KindWords.genkit).map { $0 == .llm || $0 == .embedding } ?? false
        }
        return true
    }

    /// Members of an answer that ingest looks at.
    private enum Member: UInt16 {
        case model, modelID, responseID, finishReason, usage, response, toolCalls, toolCallsSnake
        case steps, content, candidates, output, choices, responseMessages, promptFeedback
        static let table = NameTable([
            "model", "modelId", "responseId", "finishReason", "usage", "response", "toolCalls", "tool_calls", "steps",
            "content", "candidates", "output", "choices", "responseMessages",
            "promptFeedback",
        ])
    }

    private mutating func readRequest(_ text: UnsafeRawBufferPointer) {
        var scanner = JSONScanner(text, maxDepth: 128, allowsLoneSurrogates: true)
        do {
            guard try scanner.peek() == .object, try scanner.beginObject() else { return }
            repeat {
                let name = try scanner.memberName()
                if name.equals("model"), try scanner.peek() == .string {
                    raw.requestModel = Self.model(try scanner.string())
                } else {
                    try scanner.skipValue()
                }
            } while try scanner.nextMember()
        } catch {}  // What was read before the fault stands; the text itself is kept for the inspector.
    }

    private mutating func readResponse(_ text: UnsafeRawBufferPointer) {
        var scanner = JSONScanner(text, maxDepth: 128, allowsLoneSurrogates: true)
        do {
            guard try scanner.peek() == .object, try scanner.beginObject() else { return }
            repeat {
                let member = Member.table.id(of: try scanner.memberName().raw).flatMap(Member.init(rawValue:))
                let kind = try scanner.peek()
                let start = scanner.position
                if kind == .string {
                    let value = try scanner.string()
                    switch member {
                    case .model, .modelID: raw.responseModel = Self.model(value)
                    case .responseID: raw.responseID = value.isEmpty ? nil : value.string
                    case .finishReason: raw.finishReason = value.isEmpty ? nil : value.string
                    default: break
                    }
                } else {
                    try scanner.skipValue()
                    if kind == .array || kind == .object { takeStructure(member, scanner.bytes(from: start)) }
                }
            } while try scanner.nextMember()
        } catch {}  // As above.
    }

    private mutating func takeStructure(_ member: Member?, _ value: UnsafeRawBufferPointer) {
        switch member {
        case .response: takeInnerResponse(value)
        case .promptFeedback:
            // The prompt was blocked, so that there is no candidate to give a reason (D13a).
            if value.holds("blockReason") { raw.finishReason = raw.finishReason ?? "content_filter" }
        case .usage: raw.responseUsage = UsageReader.read(value)
        case .toolCalls, .toolCallsSnake: raw.mayHoldToolCalls = raw.mayHoldToolCalls || value.count > 2
        case .steps, .content, .candidates, .output, .choices, .responseMessages:
            raw.mayHoldToolCalls = raw.mayHoldToolCalls || ToolCallSigns.stand(in: value)
        default: break
        }
    }

    /// Mastra's agents keep the provider's `{id, modelId}` one level down.
    private mutating func takeInnerResponse(_ value: UnsafeRawBufferPointer) {
        guard let json = try? JSONValue(parsing: value, allowsLoneSurrogates: true) else { return }
        if raw.responseModel == nil, let model = json["modelId"]?.string, !model.isEmpty { raw.responseModel = model }
        if raw.responseID == nil, let id = json["id"]?.string, !id.isEmpty { raw.responseID = id }
    }

    /// A model's name; `unknown` and nothing say nothing.
    static func model(_ text: JSONText) -> String? {
        text.isEmpty || text.equals("unknown") ? nil : text.string
    }
}

/// Words that stand in an answer wherever it asks for a tool, in every dialect's spelling.
enum ToolCallSigns {
    /// Whether one of them stands in the text: then it is worth reading the messages.
    static func stand(in text: UnsafeRawBufferPointer) -> Bool {
        var at = 0
        // `tool_calls`, `toolCalls`, `tool_use`, `toolUse`, `tool-call`, `toolName`, `toolRequest`; `function_call`,
        // `functionCall`.
        while at + 8 <= text.count {
            switch text[at] {
            case UInt8(ascii: "o") where text[at + 1] == UInt8(ascii: "o") && text[at + 2] == UInt8(ascii: "l"):
                let next = text[at + 3]
                if next == UInt8(ascii: "_") || next == UInt8(ascii: "-") || next == UInt8(ascii: "C")
                    || next == UInt8(ascii: "N") || next == UInt8(ascii: "U") || next == UInt8(ascii: "R")
                {
                    return true
                }
            case UInt8(ascii: "n") where text[at + 1] == UInt8(ascii: "c") && text[at + 2] == UInt8(ascii: "t"):
                if UnsafeRawBufferPointer(rebasing: text[at...]).startsWith("nction") { return true }
            default: break
            }
            at += 1
        }
        return false
    }
}
