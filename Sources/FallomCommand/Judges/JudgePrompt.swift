import OrderedJSON
import Pricing
import Prompts
import SpanCodec
import TraceModel

/// A judge that is a prompt of the workspace, answered by a model.
struct JudgePrompt: Sendable {
    let judge: String
    let prompt: PromptRecord
    let model: JudgeModel
    let key: String
    let pricer: Pricer
    let client = WebClient()

    /// The most tokens of an answer.
    static let mostTokens = 400

    /// One answer.
    struct Answer: Sendable {
        var score: Score
        var cost: Cost?
    }

    /// What a call costs at most, by the price table; `nil` where the model has no price there.
    func mostCost(_ item: JudgedItem, at now: Timestamp) -> Cost? {
        let text = rendered(item)
        // A token is seldom shorter than two bytes.
        return estimate((text.system.utf8.count + text.user.utf8.count) / 2 + 20, Self.mostTokens, at: now)
    }

    private func estimate(_ prompt: Int, _ completion: Int, at now: Timestamp) -> Cost? {
        let span = Span(
            key: SpanKey(traceID: "judge", spanID: "judge"), name: judge, kind: .llm, provider: model.provider.rawValue,
            responseModel: model.model, start: now, end: now, durationNanoseconds: 0,
            usage: TokenUsage(prompt: prompt, completion: completion, total: prompt + completion))
        return pricer.estimate(for: span)
    }

    private func rendered(_ item: JudgedItem) -> (system: String, user: String) {
        let variables = PromptVariables([
            "input": item.input, "output": item.output, "target": item.target.text, "name": judge,
        ])
        let rendered = prompt.rendered(with: variables)
        return (rendered.system.text, rendered.user.text)
    }

    /// Asks the model of an item.
    func ask(_ item: JudgedItem, time: Timestamp) async throws -> Answer {
        let text = rendered(item)
        let response = try await send(body(text))
        guard let json = try? JSONValue(parsing: response, maxDepth: 64, allowsLoneSurrogates: true) else {
            throw CommandFailure("\(model.address) gave no JSON")
        }
        let said =
            switch model.provider {
            case .openai: json["choices"]?.array?.first?["message"]?["content"]?.string ?? ""
            case .anthropic: json["content"]?.array?.first?["text"]?.string ?? ""
            }
        guard let (value, reason) = Self.read(said) else {
            throw CommandFailure("the model gave no score: \(said.prefix(80))")
        }
        let usage = json["usage"]
        let prompt = usage?["prompt_tokens"]?.int ?? usage?["input_tokens"]?.int
        let completion = usage?["completion_tokens"]?.int ?? usage?["output_tokens"]?.int
        let score = Score(
            target: item.target, name: judge, value: value, comment: reason.map { String($0.prefix(4000)) },
            judge: judge, time: time)
        if let flaw = score.flaw { throw CommandFailure("the model's score cannot be kept: \(flaw)") }
        return Answer(score: score, cost: prompt.flatMap { estimate($0, completion ?? 0, at: time) })
    }

    private func body(_ text: (system: String, user: String)) -> [UInt8] {
        let user: JSONValue = ["role": "user", "content": .string(text.user.isEmpty ? "Judge." : text.user)]
        switch model.provider {
        case .openai:
            let system: [JSONValue] = text.system.isEmpty ? [] : [["role": "system", "content": .string(text.system)]]
            return JSONValue.object([
                "model": .string(model.model), "temperature": .number(0), "max_tokens": .number(Self.mostTokens),
                "messages": .array(system + [user]),
            ]).compactBytes
        case .anthropic:
            var members = [
                JSONMember("model", .string(model.model)), JSONMember("max_tokens", .number(Self.mostTokens)),
                JSONMember("temperature", .number(0)), JSONMember("messages", .array([user])),
            ]
            if !text.system.isEmpty { members.append(JSONMember("system", .string(text.system))) }
            return JSONValue.object(members).compactBytes
        }
    }

    /// Sends, again where the provider says so.
    private func send(_ body: [UInt8]) async throws -> [UInt8] {
        var headers = [(name: "Content-Type", value: "application/json")]
        switch model.provider {
        case .openai: headers.append((name: "Authorization", value: "Bearer \(key)"))
        case .anthropic:
            headers += [(name: "x-api-key", value: key), (name: "anthropic-version", value: "2023-06-01")]
        }
        for attempt in 1... {
            let response = try await client.send("POST", model.address, headers: headers, body: body, seconds: 120)
            if response.status == 200 { return response.body }
            guard attempt < 6, response.status == 429 || response.status >= 500 else {
                throw CommandFailure("\(model.address) answered \(response.status)")
            }
            try await Task.sleep(for: .seconds(min(60, response.retryAfter ?? 1 << (attempt - 1))))
        }
        return []
    }

    /// A score in what a model says: a JSON object with `score`, else the first number, else the first word.
    static func read(_ text: String) -> (value: Score.Value, reason: String?)? {
        if let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end,
            let json = try? JSONValue(parsing: String(text[start...end]), maxDepth: 16)
        {
            let reason = ["reason", "reasoning", "explanation", "comment"].lazy.compactMap { json[$0]?.string }.first
            for name in ["score", "value", "rating", "verdict", "label"] {
                switch json[name] {
                case .number(let number)?: return (.number(number.double), reason)
                case .bool(let flag)?: return (.number(flag ? 1 : 0), reason)
                case .string(let word)? where !word.isEmpty: return (Score.Value(word), reason)
                default: continue
                }
            }
        }
        let words = text.split { $0.isWhitespace || ",;:".contains($0) }.map(String.init)
        for word in words {
            if case .number(let number) = Score.Value(word) { return (.number(number), text) }
        }
        guard let first = words.first, first.utf8.count <= 40 else { return nil }
        return (.word(first.filter { $0.isLetter || $0.isNumber }.lowercased()), text)
    }
}
