import OrderedJSON
import TraceModel

/// Usage as a vendor's own object reports it, with what is needed to tell the additive form (D12).
struct ReportedUsage {
    var usage = TokenUsage()
    /// What the call cost, in US dollars (OpenRouter).
    var cost: Double?
}

/// Reads a vendor's usage object by its shape (the table below conventions §2.5).
enum UsageReader {
    /// The numbers as they stand in the object, before a shape is told.
    private struct Numbers {
        var input: Int?
        var output: Int?
        var total: Int?
        var cached: Int?
        var cacheWrite: Int?
        var reasoning: Int?
        /// Anthropic's own form: cache reads and writes stand beside the input, not inside it.
        var anthropicRead: Int?
        var anthropicWrite: Int?
        var isAnthropic = false
        /// Gemini's: to be added to input and output.
        var toolUse: Int?
        var thoughts: Int?
        var cost: Double?
    }

    /// The usage of a JSON text; `nil` when it is no object.
    static func read(_ text: UnsafeRawBufferPointer) -> ReportedUsage? {
        var scanner = JSONScanner(text, maxDepth: 64, allowsLoneSurrogates: true)
        var numbers = Numbers()
        do {
            guard try scanner.peek() == .object else { return nil }
            guard try scanner.beginObject() else { return ReportedUsage() }
            repeat {
                let name = try scanner.memberName()
                try readMember(name, &scanner, &numbers)
            } while try scanner.nextMember()
        } catch {
            return nil
        }
        return shaped(numbers)
    }

    private static func readMember(
        _ name: JSONText, _ scanner: inout JSONScanner, _ numbers: inout Numbers
    ) throws(JSONError) {
        switch try scanner.peek() {
        case .number: take(name, try scanner.number(), &numbers)
        case .object:
            guard try scanner.beginObject() else { return }
            repeat {
                let inner = try scanner.memberName()
                guard try scanner.peek() == .number else {
                    try scanner.skipValue()
                    continue
                }
                takeDetail(of: name, inner, try scanner.number(), &numbers)
            } while try scanner.nextMember()
        case .null:
            if name.equals("cache_read_input_tokens") || name.equals("cache_creation_input_tokens") {
                numbers.isAnthropic = true
            }
            try scanner.null()
        default: try scanner.skipValue()
        }
    }

    /// What a name stands for. The raw value is its place in ``meanings``.
    private enum Meaning: UInt8 {
        case input, output, total, cached, reasoning, cacheWrite, anthropicRead, anthropicWrite, toolUse, thoughts, cost
    }

    private static let spellings: [(Meaning, [String])] = [
        (
            .input,
            [
                "prompt_tokens", "input_tokens", "promptTokens", "inputTokens", "promptTokenCount",
                "prompt_token_count", "input",
            ]
        ),
        (
            .output,
            [
                "completion_tokens", "output_tokens", "completionTokens", "outputTokens", "candidatesTokenCount",
                "candidates_token_count", "output",
            ]
        ),
        (.total, ["total_tokens", "totalTokens", "totalTokenCount", "total_token_count", "total"]),
        (
            .cached,
            [
                "cachedInputTokens", "cachedContentTokenCount", "cached_content_token_count", "input_cached_tokens",
                "cached_tokens", "cachedTokens", "input_cache_read",
            ]
        ),
        (.reasoning, ["reasoningTokens", "reasoning_tokens", "output_reasoning_tokens", "output_reasoning"]),
        (.cacheWrite, ["input_cache_creation", "cacheWriteTokens", "cacheCreationInputTokens"]),
        (.anthropicRead, ["cache_read_input_tokens"]), (.anthropicWrite, ["cache_creation_input_tokens"]),
        (.toolUse, ["toolUsePromptTokenCount", "tool_use_prompt_token_count"]),
        (.thoughts, ["thoughtsTokenCount", "thoughts_token_count"]), (.cost, ["cost", "total_cost"]),
    ]
    private static let names = NameTable(spellings.flatMap(\.1))
    private static let meanings = ImmortalList(spellings.flatMap { entry in entry.1.map { _ in entry.0 } })

    private static func take(_ name: JSONText, _ number: JSONNumberText, _ numbers: inout Numbers) {
        guard let id = names.id(of: name.raw) else { return }
        let meaning = meanings[Int(id)]
        if meaning == .cost {
            numbers.cost = number.double
            return
        }
        guard let count = number.int64.flatMap({ Int(exactly: $0) }), count >= 0 else { return }
        switch meaning {
        case .input: numbers.input = count
        case .output: numbers.output = count
        case .total: numbers.total = count
        case .cached: numbers.cached = count
        case .reasoning: numbers.reasoning = count
        case .cacheWrite: numbers.cacheWrite = count
        case .anthropicRead:
            numbers.isAnthropic = true
            numbers.anthropicRead = count
        case .anthropicWrite:
            numbers.isAnthropic = true
            numbers.anthropicWrite = count
        case .toolUse: numbers.toolUse = count
        case .thoughts: numbers.thoughts = count
        case .cost: break
        }
    }

    private static func takeDetail(
        of group: JSONText, _ name: JSONText, _ number: JSONNumberText, _ numbers: inout Numbers
    ) {
        guard let count = number.int64.flatMap({ Int(exactly: $0) }), count >= 0 else { return }
        if isOne(group, "prompt_tokens_details", "input_tokens_details", "inputTokenDetails", "promptTokensDetails") {
            if isOne(name, "cached_tokens", "cacheReadTokens", "cachedTokens") {
                numbers.cached = count
            } else if isOne(name, "cacheWriteTokens", "cache_write_tokens", "cache_creation_tokens") {
                numbers.cacheWrite = count
            }
        } else if isOne(
            group, "completion_tokens_details", "output_tokens_details", "outputTokenDetails", "completionTokensDetails"
        ) {
            if isOne(name, "reasoning_tokens", "reasoningTokens") { numbers.reasoning = count }
        } else if group.equals("inputTokens") {
            if name.equals("total") { numbers.input = count }
            if name.equals("cacheRead") { numbers.cached = count }
            if name.equals("cacheWrite") { numbers.cacheWrite = count }
        } else if group.equals("outputTokens") {
            if name.equals("total") { numbers.output = count }
            if name.equals("reasoning") { numbers.reasoning = count }
        }
    }

    private static func shaped(_ numbers: Numbers) -> ReportedUsage {
        var usage = TokenUsage(
            prompt: numbers.input, completion: numbers.output, total: numbers.total, cached: numbers.cached,
            cacheWrite: numbers.cacheWrite, reasoning: numbers.reasoning)
        if numbers.isAnthropic {
            if let input = numbers.input {
                usage.prompt = sum(sum(input, numbers.anthropicRead), numbers.anthropicWrite)
            }
            usage.cached = numbers.anthropicRead
            usage.cacheWrite = numbers.anthropicWrite
            usage.total = nil
        }
        if let toolUse = numbers.toolUse { usage.prompt = sum(usage.prompt ?? 0, toolUse) }
        if let thoughts = numbers.thoughts {
            usage.completion = sum(usage.completion ?? 0, thoughts)
            usage.reasoning = thoughts
        }
        return ReportedUsage(usage: usage, cost: numbers.cost)
    }

    /// Adds without trapping on absurd numbers.
    static func sum(_ left: Int, _ right: Int?) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right ?? 0)
        return overflow ? .max : sum
    }

    @inline(__always)
    private static func isOne(_ name: JSONText, _ words: StaticString...) -> Bool {
        for word in words where name.equals(word) { return true }
        return false
    }
}
