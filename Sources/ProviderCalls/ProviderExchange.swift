import OrderedJSON
import TraceModel

/// One call of a model API while it goes on, read along from the bytes of request and answer: a state machine without a
/// client, a clock or a thread.
///
/// ```swift
/// guard var exchange = ProviderExchange(method: "POST", url: url, headers: headers, body: body) else { return }
/// exchange.head(status: 200, headers: answerHeaders)
/// exchange.take(bytes, at: nanosecondsSinceStart)        // as often as bytes come, however they are cut
/// let call = exchange.end()                              // or fail(…), letGo(), cancel()
/// ```
///
/// It holds what the answer says, not its bytes: at most some 100 MB, whatever comes.
package struct ProviderExchange: ~Copyable {
    /// What is kept of one JSON text at most.
    private static let longestAnswer = 64 << 20

    /// The request; its body may be read later.
    package private(set) var request: ProviderRequest
    private var status: Int?
    private var headers = AnswerHeaders()
    private var inflater = AnswerInflater(contentEncoding: nil)
    private var framing = AnswerFraming(longestAnswer: Self.longestAnswer)
    private var folder: any AnswerFolder
    /// A first piece of JSON, kept as long as it may be the whole answer.
    private var first: JSONValue?
    private var pieces = 0
    private var failure: CallFailure?
    private var errorBody = ErrorBody()
    private var sawDone = false
    private var isBroken = false
    /// Nanoseconds from the start to the first content.
    package private(set) var firstToken: Int64?

    /// Begins; `nil` when the request is no call of a model API.
    ///
    /// - Parameter body: the request's body; `nil` when it cannot be read yet (see ``read(requestBody:)``).
    package init?(
        method: String, url: String, headers: some Sequence<(name: String, value: String)>, body: [UInt8]?
    ) {
        guard let request = ProviderRequest(method: method, url: url, headers: headers, body: body) else { return nil }
        self.init(request)
    }

    /// Begins with a request that was recognised.
    package init(_ request: ProviderRequest) {
        self.request = request
        folder = request.dialect.reading.folder()
    }

    /// Takes a request's body that could not be read at the beginning.
    package mutating func read(requestBody: [UInt8]) { request.read(body: requestBody) }

    /// The answer began.
    package mutating func head(status: Int, headers: some Sequence<(name: String, value: String)>) {
        self.status = status
        self.headers = AnswerHeaders(headers)
        inflater = AnswerInflater(contentEncoding: self.headers.contentEncoding)
    }

    /// Whether the answer's status is a success.
    private var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? true }

    /// Bytes of the answer came.
    ///
    /// - Parameter nanoseconds: since the start, on the caller's clock.
    package mutating func take(_ bytes: UnsafeRawBufferPointer, at nanoseconds: Int64) {
        guard isSuccess else { return inflater.take(bytes) { errorBody.add($0) } }
        var found: [AnswerFraming.Piece] = []
        inflater.take(bytes) { found += framing.take($0) }
        for piece in found { take(piece, at: nanoseconds) }
    }

    /// Bytes of the answer came.
    package mutating func take(_ bytes: [UInt8], at nanoseconds: Int64) {
        bytes.withUnsafeBytes { take($0, at: nanoseconds) }
    }

    /// The answer's bytes ended.
    package consuming func end() -> ProviderCall {
        guard isSuccess else {
            inflater.finish { errorBody.add($0) }
            return finished(.whole, ending: .answered)
        }
        var found: [AnswerFraming.Piece] = []
        inflater.finish { found += framing.take($0) }
        found += framing.finish()
        let last = found.count
        for (index, piece) in found.enumerated() { take(piece, at: nil, isLast: index == last - 1) }
        return finished(.whole, ending: .answered)
    }

    /// The connection failed, before or in the middle of the answer.
    package consuming func fail(_ error: any Error) -> ProviderCall {
        let told = request.secrets.cleaned(error)
        return finished(.failed, ending: .failed(told))
    }

    /// Nobody reads the answer any more.
    package consuming func letGo() -> ProviderCall {
        finished(hasEnd ? .whole : .abandoned, ending: hasEnd ? .answered : .abandoned)
    }

    /// The caller was cancelled.
    package consuming func cancel() -> ProviderCall { finished(.cancelled, ending: .cancelled) }
}

extension ProviderExchange {
    /// Whether the answer has said that it is whole.
    private var hasEnd: Bool { sawDone || folder.isEnded }

    private mutating func take(_ piece: AnswerFraming.Piece, at nanoseconds: Int64?, isLast: Bool = false) {
        switch piece {
        case .done: sawDone = true
        case .exception(let type, let payload):
            failure = failure ?? CallFailure(exception: type, payload: payload)
        case .json(let text, let event):
            guard let json = try? JSONValue(parsing: text, allowsLoneSurrogates: true) else {
                isBroken = isBroken || isLast
                if event == "error" { failure = failure ?? CallFailure(event: text) }
                return
            }
            take(unwrapped(json, event), event: event, at: nanoseconds)
        }
    }

    /// A piece in the form in which it is read: its kind as `type` where only the event's name tells it, and what InvokeModel
    /// wraps as base64.
    private func unwrapped(_ json: JSONValue, _ event: String?) -> JSONValue {
        if request.dialect == .bedrockInvoke, let text = json["bytes"]?.string, let bytes = Base64.decode(text.utf8) {
            return (try? JSONValue(parsing: bytes, allowsLoneSurrogates: true)) ?? json
        }
        guard let event, event != "error", framing.form == .events, json["type"] == nil, json.object != nil else {
            return json
        }
        return json.setting("type", .string(event))
    }

    private mutating func take(_ json: JSONValue, event: String?, at nanoseconds: Int64?) {
        pieces += 1
        if pieces == 1, framing.form == .json {
            // It may be the whole answer, or the first line of many.
            first = json
        } else if let held = first {
            first = nil
            folder.add(held)
        }
        if first == nil { folder.add(json) }
        if failure == nil, framing.form != .json || pieces > 1 {
            failure = AnswerErrors.failure(in: json, event: event, request.dialect)
        }
        let comesInPieces = framing.form != .json || request.isStreaming || pieces > 1
        if firstToken == nil, let nanoseconds, comesInPieces, request.dialect.hasContent(json) {
            firstToken = nanoseconds
        }
    }

    private consuming func finished(
        _ completeness: ProviderCall.Completeness, ending: CallEnding
    ) -> ProviderCall {
        let isStreamed = framing.form == .events || framing.form == .awsEvents || pieces > 1
        let asked = request.isStreaming
        let isPieceOfMany = asked && (request.dialect == .googleGenerate || request.dialect.provider == "ollama")
        if let held = first, isPieceOfMany {
            first = nil
            folder.add(held)
        }
        let whole = first ?? folder.whole
        var captured = request.dialect.capture(request: request.json, response: whole)
        captured.requestModel = request.model
        captured.isStreaming = asked || isStreamed
        captured.failure = failure ?? captured.failure
        headers.add(to: &captured)
        var completeness = completeness
        var ending = ending
        if !isSuccess, let status {
            captured.failure = CallFailure(status: status, body: errorBody.bytes)
            captured.response = nil
            // The status says how it ended, whether or not anybody reads why.
            if completeness == .abandoned { ending = .answered }
        } else if completeness == .whole, captured.failure == nil {
            captured.failure = fault(whole)
            if captured.failure?.kind == .incomplete { completeness = .incomplete }
        }
        captured.withhold(request.secrets)
        // What waits to be written holds no pictures.
        captured.request = captured.request?.withoutMedia
        captured.response = captured.response?.withoutMedia
        return ProviderCall(
            request: request, captured: captured, completeness: completeness, status: status,
            requestID: headers.requestID, firstToken: captured.isStreaming == true ? firstToken : nil, ending: ending)
    }

    /// What is wrong with an answer that ended without an error of its own.
    private func fault(_ whole: JSONValue?) -> CallFailure? {
        guard !headers.isUnreadable(framing.form) else { return nil }
        if inflater.isBroken || framing.isCut || isBroken && !sawDone { return .incomplete }
        switch framing.form {
        case .markup: return .malformed(CallFailure.text(framing.text))
        case .text:
            return .malformed("the answer is no JSON: " + CallFailure.text(framing.text))
        case .undecided: return .malformed("the answer is empty")
        case .events, .awsEvents, .json: break
        }
        guard first == nil else {
            guard let whole, !request.dialect.holdsAnswer(whole), !framing.hasSkipped else { return nil }
            return CallFailure.said(in: whole) ?? .malformed("the answer is not one of \(request.dialect.method)")
        }
        return hasEnd || framing.hasSkipped ? nil : .incomplete
    }
}

/// What an answer's headers say that its body does not.
package struct AnswerHeaders: Sendable {
    private var values: [String: String] = [:]

    init() {}

    package init(_ headers: some Sequence<(name: String, value: String)>) {
        for header in headers {
            let name = header.name.lowercased()
            if Self.names.contains(name), values[name] == nil { values[name] = header.value }
        }
    }

    private static let names: Set<String> = [
        "content-encoding", "x-litellm-response-cost", "x-litellm-version", "request-id", "x-request-id",
        "apim-request-id", "x-amzn-requestid", "cf-ray", "x-amzn-bedrock-input-token-count",
        "x-amzn-bedrock-output-token-count", "x-amzn-errortype",
    ]

    var contentEncoding: String? { values["content-encoding"] }

    /// The provider's id of the request.
    var requestID: String? {
        values["request-id"] ?? values["x-request-id"] ?? values["apim-request-id"] ?? values["x-amzn-requestid"]
    }

    /// Whether the bytes are compressed in a way that is not read here.
    func isUnreadable(_ form: AnswerFraming.Form) -> Bool {
        guard let encoding = contentEncoding?.lowercased(), encoding != "identity" else { return false }
        return form == .text || form == .undecided
    }

    /// Adds the cost (LiteLLM) and the count of tokens (Bedrock) where the body gives none.
    package func add(to call: inout CapturedCall) {
        if call.cost == nil { call.cost = values["x-litellm-response-cost"].flatMap { Double($0) } }
        if call.answeredBy == nil, values["x-litellm-version"] != nil { call.answeredBy = "litellm" }
        let input = values["x-amzn-bedrock-input-token-count"].flatMap { Int($0) }
        let output = values["x-amzn-bedrock-output-token-count"].flatMap { Int($0) }
        guard call.tokens?.prompt == nil, call.tokens?.completion == nil, input != nil || output != nil else { return }
        call.tokens = TokenReading.plain(input: input, output: output)
    }
}
