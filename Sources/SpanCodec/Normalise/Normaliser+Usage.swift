import OrderedJSON
import TraceModel

extension Normaliser {
    /// The tokens: attributes in order, then objects of usage, the record's own fields, at last usage hidden in the
    /// answer or the metadata (D11). What is part of what is settled when all is known.
    mutating func usage() -> TokenUsage {
        var report = attributeReport() ?? TokenReport()
        if let usage = raw.usage { report.fill(from: usage.tokens) }
        recordReport(into: &report)
        if let usage = raw.answer?.usage { report.fill(from: usage.tokens) }
        if report.input == nil && report.output == nil {
            if let usage = raw.responseUsage { report.fill(from: usage.tokens) }
            if report.input == nil && report.output == nil, let usage = metadataUsage() { report.fill(from: usage) }
        }
        providerMetadata(into: &report)
        return report.settled
    }

    private mutating func attributeReport() -> TokenReport? {
        let names = facts.vocabulary.tokens
        let hasCounts = facts.present.intersects(names.anyCount)
        guard hasCounts || facts.has(names.usageDetails) else { return nil }
        var report = TokenReport()
        if facts.has(names.usageDetails) {
            report = usageObject(facts.value(names.usageDetails))?.tokens ?? TokenReport()
        }
        guard hasCounts else { return report }
        report.fill(
            from: TokenReport(input: facts.firstCount(names.input), output: facts.firstCount(names.output)))
        report.total = report.total ?? facts.firstCount(names.total)
        report.cached = report.cached ?? facts.firstCount(names.cacheRead)
        report.cacheWrite = report.cacheWrite ?? facts.firstCount(names.cacheWrite)
        if report.reasoning == nil { reasoning(into: &report) }
        for id in names.usageObjects.order where facts.has(id) {
            if let usage = usageObject(facts.value(id)) { report.fill(from: usage.tokens) }
        }
        for id in names.details.order where facts.has(id) { details(facts.value(id), into: &report) }
        if isStrands { report.inputWithoutCache = report.input }
        return report
    }

    private mutating func reasoning(into report: inout TokenReport) {
        let names = facts.vocabulary.tokens
        report.reasoning = facts.firstCount(names.reasoning)
        guard report.reasoning == nil, let beside = facts.firstCount(names.reasoningBeside) else { return }
        report.reasoning = beside
        report.outputWithoutReasoning = report.output
    }

    /// The record's own fields: of parts they say nothing.
    private mutating func recordReport(into report: inout TokenReport) {
        if report.input == nil { (report.input, report.inputBeside) = (facts.int(record[.promptTokens]), nil) }
        if report.output == nil { (report.output, report.outputBeside) = (facts.int(record[.completionTokens]), nil) }
        if report.total == nil { report.total = facts.int(record[.totalTokens]) }
    }

    /// An attribute that is an object of usage, as JSON text, as structure, or as Python's text.
    mutating func usageObject(_ value: WireValue) -> ReportedUsage? {
        if let text = facts.filledText(value), let usage = UsageReader.read(text) { return usage }
        return UsageReader.read(facts.json(value))
    }

    /// `fallom.raw.metadata` → `usage` or `usageMetadata`.
    private mutating func metadataUsage() -> TokenReport? {
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
                    return UsageReader.read(scanner.bytes(from: start))?.tokens
                }
            } while try scanner.nextMember()
        } catch {}  // Not JSON: says nothing.
        return nil
    }

    /// LangSmith's `input_token_details` and `output_token_details`: `{"cache_read":…,"cache_creation":…}`.
    private mutating func details(_ value: WireValue, into report: inout TokenReport) {
        guard let json = facts.json(value) else { return }
        report.cached =
            report.cached ?? json.first("cache_read", "cache_read_tokens", "cached_tokens", "cacheReadTokens")?.count
        report.cacheWrite =
            report.cacheWrite
            ?? json.first("cache_creation", "cache_write", "cache_creation_tokens", "cache_write_tokens")?.count
        report.reasoning = report.reasoning ?? json.first("reasoning", "reasoning_tokens", "reasoningTokens")?.count
    }

    /// Cache and reasoning details that the AI SDK leaves in the provider's metadata.
    private mutating func providerMetadata(into report: inout TokenReport) {
        guard report.cached == nil || report.cacheWrite == nil || report.reasoning == nil,
            let text = facts.firstText(facts.vocabulary.tokens.providerMetadata),
            let json = try? JSONValue(parsing: text, maxDepth: 64, allowsLoneSurrogates: true)
        else { return }
        let (openAI, anthropic, bedrock) = (json["openai"], json["anthropic"], json["bedrock"]?["usage"])
        let azure = json["azure"]
        report.fill(
            from: TokenReport(
                cached: (openAI?.first("cachedPromptTokens") ?? azure?.first("cachedPromptTokens")
                    ?? anthropic?.first("cacheReadInputTokens") ?? bedrock?.first("cacheReadInputTokens"))?.count,
                cacheWrite: (anthropic?.first("cacheCreationInputTokens")
                    ?? bedrock?.first("cacheWriteInputTokens"))?.count,
                reasoning: (openAI?.first("reasoningTokens") ?? azure?.first("reasoningTokens"))?.count))
        fillDetails(&report, from: UsageReader.read(anthropic?["usage"])?.tokens)
        fillDetails(&report, from: UsageReader.read(json["google"]?["usageMetadata"])?.tokens)
    }

    /// Takes the parts of another source and its habits, but not its sums.
    private func fillDetails(_ report: inout TokenReport, from other: TokenReport?) {
        guard var other else { return }
        (other.input, other.output, other.total) = (nil, nil, nil)
        report.fill(from: other)
    }
}
