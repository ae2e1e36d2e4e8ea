import OrderedJSON
import TraceModel

/// Usage as a vendor's own object reports it.
///
/// A class, because most spans have none: every span's room for it is one word.
final class ReportedUsage {
    let tokens: TokenReport
    /// What the call cost, in US dollars (OpenRouter).
    let cost: Double?

    init(tokens: TokenReport = TokenReport(), cost: Double? = nil) {
        self.tokens = tokens
        self.cost = cost
    }
}

/// Reads a vendor's usage object by its shape (docs/normalisation.md §2.5). Names of all vendors are understood
/// side by side; a number may be written as text.
struct UsageReader {
    private var tokens = TokenReport()
    private var cost: Double?
    /// Cohere's count of what it bills, where it does not tell what it read.
    private var billed = TokenReport()
    /// Gemini's thoughts, which stand beside the candidates.
    private var thoughts: Int?
    /// The name under which the input stood.
    private var inputName = InputName.other
    /// Whether cache counts came under a name that Anthropic or Bedrock use: then they stand beside `input_tokens`.
    private var hasVendorCache = false
    /// Anthropic's cache writes by how long they live.
    private var writesByAge: Int?
    /// Those of them that live for an hour.
    private var writesForAnHour: Int?
    /// Buckets that no name of ours stands for, such as Langfuse's `input_audio_tokens`: they add to their side.
    private var inputBuckets: Int?
    private var outputBuckets: Int?

    private enum InputName {
        /// `input_tokens`, `inputTokens`.
        case tokens
        /// `input`, the bucket of Langfuse, pi and others: buckets stand side by side.
        case bucket
        case other
    }

    /// The usage of a JSON text; `nil` when it is no object.
    static func read(_ text: UnsafeRawBufferPointer) -> ReportedUsage? {
        var scanner = JSONScanner(text, maxDepth: 64, allowsLoneSurrogates: true)
        var reader = UsageReader()
        do {
            guard try scanner.peek() == .object else { return nil }
            guard try scanner.beginObject() else { return ReportedUsage() }
            repeat {
                let name = try scanner.memberName()
                try reader.readMember(name, &scanner)
            } while try scanner.nextMember()
        } catch {
            return nil
        }
        return reader.report()
    }

    /// The usage of an object; `nil` when it is none.
    static func read(_ json: JSONValue?) -> ReportedUsage? {
        guard let json, json.object != nil else { return nil }
        return json.compactBytes.withUnsafeBytes { read($0) }
    }

    private mutating func readMember(_ name: JSONText, _ scanner: inout JSONScanner) throws(JSONError) {
        switch try scanner.peek() {
        case .number: take(name, try scanner.number())
        case .string: if let number = Self.number(try scanner.string()) { take(name, number) }
        case .object:
            guard try scanner.beginObject() else { return }
            repeat {
                let inner = try scanner.memberName()
                switch try scanner.peek() {
                case .number: takeDetail(of: name, inner, try scanner.number())
                case .string: if let number = Self.number(try scanner.string()) { takeDetail(of: name, inner, number) }
                default: try scanner.skipValue()
                }
            } while try scanner.nextMember()
        case .null:
            if name.equals("cache_read_input_tokens") || name.equals("cache_creation_input_tokens") {
                hasVendorCache = true
            }
            try scanner.null()
        default: try scanner.skipValue()
        }
    }

    private static func number(_ text: JSONText) -> JSONNumberText? {
        guard JSONScanner.isNumber(text.raw) else { return nil }
        return JSONNumberText(raw: text.raw, isWhole: wholeNumber(text.raw) != nil)
    }

    // MARK: - Names

    /// What a name stands for.
    private enum Meaning: UInt8 {
        case input, inputTokens, inputBucket, output, outputBucket, total, cached, reasoning, cacheWrite, vendorRead
        case vendorWrite, toolUse, thoughts, cost
    }

    private static let spellings: [(Meaning, [String])] = [
        (.inputTokens, ["input_tokens", "inputTokens"]), (.inputBucket, ["input"]),
        (
            .input,
            [
                "prompt_tokens", "promptTokens", "promptTokenCount", "prompt_token_count", "prompt_eval_count",
                "input_token_count", "inputTokenCount", "inputTextTokenCount",
            ]
        ),
        (.outputBucket, ["output"]),
        (
            .output,
            [
                "completion_tokens", "output_tokens", "completionTokens", "outputTokens", "candidatesTokenCount",
                "candidates_token_count", "responseTokenCount", "response_token_count", "eval_count",
                "generated_token_count", "generation_token_count", "outputTokenCount", "output_token_count",
            ]
        ),
        (
            .total,
            [
                "total_tokens", "totalTokens", "totalTokenCount", "total_token_count", "total", "totalTokensCount",
            ]
        ),
        (
            .cached,
            [
                "cachedInputTokens", "cached_input_tokens", "cachedContentTokenCount", "cached_content_token_count",
                "cachedContentTokens", "input_cached_tokens", "cached_tokens", "cachedTokens", "input_cache_read",
                "cacheReadTokens", "cache_read_tokens", "cacheRead", "cache_read", "prompt_cache_hit_tokens",
            ]
        ),
        (
            .reasoning,
            [
                "reasoningTokens", "reasoning_tokens", "output_reasoning_tokens", "output_reasoning", "reasoning",
                "thinking_tokens", "reasoning_output_tokens",
            ]
        ),
        (
            .cacheWrite,
            [
                "input_cache_creation", "input_cache_write", "cacheWriteTokens", "cache_write_tokens",
                "cache_creation_tokens", "cacheCreationTokens", "cacheWrite", "cache_write",
            ]
        ),
        (
            .vendorRead,
            [
                "cache_read_input_tokens", "cacheReadInputTokens", "cacheReadInputTokenCount",
                "cache_read_input_token_count",
            ]
        ),
        (
            .vendorWrite,
            [
                "cache_creation_input_tokens", "cacheCreationInputTokens", "cache_write_input_tokens",
                "cacheWriteInputTokens", "cacheWriteInputTokenCount", "cache_write_input_token_count",
            ]
        ),
        (.toolUse, ["toolUsePromptTokenCount", "tool_use_prompt_token_count"]),
        (.thoughts, ["thoughtsTokenCount", "thoughts_token_count", "thoughtsTokens", "thoughts_tokens"]),
        (.cost, ["cost", "total_cost", "totalCost", "cost_usd", "costUSD"]),
    ]
    private static let names = NameTable(spellings.flatMap(\.1))
    private static let meanings = ImmortalList(spellings.flatMap { entry in entry.1.map { _ in entry.0 } })

    private mutating func take(_ name: JSONText, _ number: JSONNumberText) {
        let meaning = Self.names.id(of: name.raw).map { Self.meanings[Int($0)] }
        if meaning == .cost {
            cost = number.double
            return
        }
        guard let count = Self.count(number) else { return }
        switch meaning {
        case .input: tokens.input = count
        case .inputTokens: (tokens.input, inputName) = (count, .tokens)
        case .inputBucket: (tokens.input, inputName) = (count, .bucket)
        case .output, .outputBucket: tokens.output = count
        case .total: tokens.total = count
        case .cached: tokens.cached = count
        case .reasoning: tokens.reasoning = count
        case .cacheWrite: tokens.cacheWrite = count
        case .vendorRead: (tokens.cached, hasVendorCache) = (count, true)
        case .vendorWrite: (tokens.cacheWrite, hasVendorCache) = (count, true)
        case .toolUse: tokens.inputBeside = count
        case .thoughts: thoughts = count
        case .cost: break
        case nil:
            if name.raw.startsWith("input_") { inputBuckets = Self.sum(inputBuckets, count) }
            if name.raw.startsWith("output_") { outputBuckets = Self.sum(outputBuckets, count) }
        }
    }

    private static func count(_ number: JSONNumberText) -> Int? {
        number.int64.flatMap { $0 >= 0 ? Int(exactly: $0) : nil }
    }

    // MARK: - Groups

    /// Objects inside the report.
    private enum Group: UInt8 { case input, output, billed, cacheCreation }

    private static let groupSpellings: [(Group, [String])] = [
        (
            .input,
            [
                "prompt_tokens_details", "input_tokens_details", "inputTokenDetails", "promptTokensDetails",
                "input_token_details", "inputTokensDetails", "prompt_token_details", "inputTokens", "tokens",
            ]
        ),
        (
            .output,
            [
                "completion_tokens_details", "output_tokens_details", "outputTokenDetails", "completionTokensDetails",
                "output_token_details", "outputTokensDetails", "completion_token_details", "outputTokens",
            ]
        ),
        (.billed, ["billed_units", "billedUnits"]), (.cacheCreation, ["cache_creation", "cacheCreation"]),
    ]
    private static let groupNames = NameTable(groupSpellings.flatMap(\.1))
    private static let groups = ImmortalList(groupSpellings.flatMap { entry in entry.1.map { _ in entry.0 } })

    /// What a name inside a group stands for.
    private enum Detail: UInt8 { case total, input, output, cached, cacheWrite, reasoning }

    private static let detailSpellings: [(Detail, [String])] = [
        (.total, ["total"]), (.input, ["input_tokens", "inputTokens"]), (.output, ["output_tokens", "outputTokens"]),
        (
            .cached,
            [
                "cached_tokens", "cacheReadTokens", "cachedTokens", "cache_read", "cacheRead", "cache_read_tokens",
                "cache_read_input_tokens", "cacheReadInputTokens",
            ]
        ),
        (
            .cacheWrite,
            [
                "cacheWriteTokens", "cache_write_tokens", "cache_creation_tokens", "cache_creation", "cacheWrite",
                "cache_write", "cacheCreationTokens", "cache_creation_input_tokens", "cache_write_input_tokens",
            ]
        ),
        (.reasoning, ["reasoning_tokens", "reasoningTokens", "reasoning", "thinking_tokens"]),
    ]
    private static let detailNames = NameTable(detailSpellings.flatMap(\.1))
    private static let details = ImmortalList(detailSpellings.flatMap { entry in entry.1.map { _ in entry.0 } })

    private mutating func takeDetail(of group: JSONText, _ name: JSONText, _ number: JSONNumberText) {
        guard let count = Self.count(number),
            let group = Self.groupNames.id(of: group.raw).map({ Self.groups[Int($0)] })
        else { return }
        if group == .cacheCreation {
            if name.raw.startsWith("ephemeral_") { writesByAge = Self.sum(writesByAge, count) }
            if name.raw.startsWith("ephemeral_1h") { writesForAnHour = count }
            return
        }
        guard let detail = Self.detailNames.id(of: name.raw).map({ Self.details[Int($0)] }) else { return }
        switch (group, detail) {
        case (.input, .total), (.input, .input): tokens.input = count
        case (.input, .output), (.output, .total): tokens.output = count
        case (.input, .cached): tokens.cached = count
        case (.input, .cacheWrite): tokens.cacheWrite = count
        case (.output, .reasoning): tokens.reasoning = count
        case (.billed, .input): billed.input = count
        case (.billed, .output): billed.output = count
        default: break
        }
    }

    private static func sum(_ left: Int?, _ right: Int) -> Int {
        let (sum, overflow) = (left ?? 0).addingReportingOverflow(right)
        return overflow ? .max : sum
    }

    // MARK: - Habits

    private func report() -> ReportedUsage {
        var tokens = tokens
        tokens.fill(from: billed)
        tokens.cacheWrite = tokens.cacheWrite ?? writesByAge
        tokens.cacheWriteHour = writesForAnHour
        switch inputName {
        case .bucket:
            tokens.inputWithoutCache = tokens.input
            tokens.outputWithoutReasoning = tokens.output
            tokens.inputBeside = inputBuckets ?? tokens.inputBeside
            tokens.outputBeside = outputBuckets
        case .tokens: if hasVendorCache { tokens.inputWithoutCache = tokens.input }
        case .other: break
        }
        if let thoughts {
            tokens.reasoning = thoughts
            tokens.output = tokens.output ?? 0
            tokens.outputWithoutReasoning = tokens.output
        }
        return ReportedUsage(tokens: tokens, cost: cost)
    }
}
