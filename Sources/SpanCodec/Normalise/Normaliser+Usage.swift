import OrderedJSON
import TraceModel

extension Normaliser {
    /// The tokens: attributes in order, then `fallom.raw.usage`, the record's own fields, at last usage hidden in the
    /// response or the metadata (D11).
    mutating func usage() -> TokenUsage {
        let names = facts.vocabulary.tokens
        var usage = TokenUsage()
        if let text = facts.filledText(facts.value(names.usageDetails)), let details = UsageReader.read(text) {
            usage = details.usage
        }
        usage.prompt = usage.prompt ?? facts.firstCount(names.input)
        usage.completion = usage.completion ?? facts.firstCount(names.output)
        usage.total = usage.total ?? facts.firstCount(names.total)
        usage.cached = usage.cached ?? facts.firstCount(names.cacheRead)
        usage.cacheWrite = usage.cacheWrite ?? facts.firstCount(names.cacheWrite)
        usage.reasoning = usage.reasoning ?? facts.firstCount(names.reasoning)
        if let details = facts.filledText(facts.value(names.inputTokenDetails)) { cacheDetails(details, into: &usage) }
        let fromAttributes = usage
        fill(&usage, from: raw.usage?.usage)
        usage.prompt = usage.prompt ?? facts.int(record[.promptTokens])
        usage.completion = usage.completion ?? facts.int(record[.completionTokens])
        usage.total = usage.total ?? facts.int(record[.totalTokens])
        if usage.prompt == nil && usage.completion == nil {
            fill(&usage, from: raw.responseUsage?.usage)
            if usage.prompt == nil && usage.completion == nil { fill(&usage, from: metadataUsage()) }
        }
        providerMetadata(into: &usage)
        settle(&usage, isAttributeForm: fromAttributes.prompt != nil)
        return usage
    }

    /// Sums what has to be summed (D12): the additive form of plain attributes, and a missing total.
    private func settle(_ usage: inout TokenUsage, isAttributeForm: Bool) {
        if isAttributeForm, let prompt = usage.prompt {
            let cache = UsageReader.sum(usage.cached ?? 0, usage.cacheWrite)
            if cache > prompt {
                usage.prompt = UsageReader.sum(prompt, cache)
                usage.total = nil
            }
        }
        if usage.total == nil, usage.prompt != nil || usage.completion != nil {
            usage.total = UsageReader.sum(usage.prompt ?? 0, usage.completion)
        }
    }

    private func fill(_ usage: inout TokenUsage, from other: TokenUsage?) {
        guard let other else { return }
        usage.prompt = usage.prompt ?? other.prompt
        usage.completion = usage.completion ?? other.completion
        usage.total = usage.total ?? other.total
        usage.cached = usage.cached ?? other.cached
        usage.cacheWrite = usage.cacheWrite ?? other.cacheWrite
        usage.reasoning = usage.reasoning ?? other.reasoning
    }

    /// `fallom.raw.metadata` → `usage` or `usageMetadata`.
    private mutating func metadataUsage() -> TokenUsage? {
        guard let text = facts.filledText(facts.value(facts.vocabulary.raw.metadata)) else { return nil }
        var scanner = JSONScanner(text, maxDepth: 128, allowsLoneSurrogates: true)
        do {
            guard try scanner.peek() == .object, try scanner.beginObject() else { return nil }
            repeat {
                let name = try scanner.memberName()
                _ = try scanner.peek()
                let start = scanner.position
                try scanner.skipValue()
                if name.equals("usage") || name.equals("usageMetadata") {
                    return UsageReader.read(scanner.bytes(from: start))?.usage
                }
            } while try scanner.nextMember()
        } catch {}  // Not JSON: says nothing.
        return nil
    }

    /// LangSmith's `input_token_details`: `{"cache_read":…,"cache_creation":…}`.
    private func cacheDetails(_ text: UnsafeRawBufferPointer, into usage: inout TokenUsage) {
        guard let json = try? JSONValue(parsing: text, maxDepth: 64, allowsLoneSurrogates: true) else { return }
        usage.cached = usage.cached ?? json["cache_read"]?.int
        usage.cacheWrite = usage.cacheWrite ?? json["cache_creation"]?.int
    }

    /// Cache and reasoning details that the AI SDK leaves in the provider's metadata.
    private mutating func providerMetadata(into usage: inout TokenUsage) {
        guard usage.cached == nil || usage.cacheWrite == nil || usage.reasoning == nil,
            let text = facts.firstText(facts.vocabulary.tokens.providerMetadata),
            let json = try? JSONValue(parsing: text, maxDepth: 64, allowsLoneSurrogates: true)
        else { return }
        let anthropic = json["anthropic"]
        usage.cached =
            usage.cached ?? json["openai"]?["cachedPromptTokens"]?.int
            ?? anthropic?["usage"]?["cache_read_input_tokens"]?.int ?? anthropic?["cacheReadInputTokens"]?.int
            ?? json["bedrock"]?["usage"]?["cacheReadInputTokens"]?.int
        usage.cacheWrite =
            usage.cacheWrite ?? anthropic?["usage"]?["cache_creation_input_tokens"]?.int
            ?? anthropic?["cacheCreationInputTokens"]?.int ?? json["bedrock"]?["usage"]?["cacheWriteInputTokens"]?.int
        usage.reasoning = usage.reasoning ?? json["openai"]?["reasoningTokens"]?.int
    }

    /// What the emitter says it cost (§2.6).
    mutating func cost() -> Cost? {
        let names = facts.vocabulary.tokens
        let dollars =
            costDetails() ?? facts.firstDouble(names.cost) ?? sumOfParts(names) ?? raw.usage?.cost
            ?? raw.responseUsage?.cost
        guard let dollars, dollars >= 0, dollars < 1e9 else { return nil }
        return Cost(nanoDollars: Int64((dollars * 1e9).rounded()), isEstimated: false)
    }

    private mutating func sumOfParts(_ names: TokenNames) -> Double? {
        let prompt = facts.double(facts.value(names.costPrompt))
        let completion = facts.double(facts.value(names.costCompletion))
        return prompt == nil && completion == nil ? nil : (prompt ?? 0) + (completion ?? 0)
    }

    private mutating func costDetails() -> Double? {
        guard let text = facts.filledText(facts.value(facts.vocabulary.tokens.costDetails)),
            let json = try? JSONValue(parsing: text, maxDepth: 64, allowsLoneSurrogates: true),
            let members = json.object, !members.isEmpty
        else { return nil }
        if let total = json["total"]?.double { return total }
        let parts = members.compactMap { $0.value.double }
        return parts.isEmpty ? nil : parts.reduce(0, +)
    }
}
