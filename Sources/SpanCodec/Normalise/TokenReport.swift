import TraceModel

/// The token counts of a call as an emitter tells them, before it is known which of them are parts of which.
///
/// Some tell cached tokens inside the input and reasoning inside the output, some beside them, some add only one of
/// the two into their total. ``settled`` finds out (D12, D12a).
struct TokenReport {
    var input: Int?
    var output: Int?
    var total: Int?
    var cached: Int?
    var cacheWrite: Int?
    /// Those cache writes that live for an hour.
    var cacheWriteHour: Int?
    var reasoning: Int?
    /// Further tokens of the prompt that stand beside the input: Gemini's prompts of tools, Langfuse's other buckets.
    var inputBeside: Int?
    /// The same of the answer.
    var outputBeside: Int?
    /// The input of which the vendor's habit says that it is without cached tokens. A habit holds for the number it came
    /// with: where another source gave the input, it says nothing.
    var inputWithoutCache: Int?
    /// The output of which the vendor's habit says that it is without reasoning.
    var outputWithoutReasoning: Int?

    /// Takes from another source what is not known yet.
    mutating func fill(from other: TokenReport) {
        if input == nil { (input, inputBeside) = (other.input, other.inputBeside) }
        if output == nil { (output, outputBeside) = (other.output, other.outputBeside) }
        total = total ?? other.total
        cached = cached ?? other.cached
        cacheWrite = cacheWrite ?? other.cacheWrite
        cacheWriteHour = cacheWriteHour ?? other.cacheWriteHour
        reasoning = reasoning ?? other.reasoning
        inputWithoutCache = inputWithoutCache ?? other.inputWithoutCache
        outputWithoutReasoning = outputWithoutReasoning ?? other.outputWithoutReasoning
    }

    /// The usage in which input holds the cached tokens and output the reasoning, each token once.
    var settled: TokenUsage {
        var usage = TokenUsage(
            prompt: input, completion: output, total: total, cached: cached, cacheWrite: cacheWrite,
            cacheWriteHour: cacheWriteHour, reasoning: reasoning)
        guard input != nil || output != nil else { return usage }
        if isPlain { return usage }
        let whole = total.flatMap(arbitrated) ?? habitual
        if input != nil || whole.prompt > 0 { usage.prompt = whole.prompt }
        if output != nil || whole.completion > 0 { usage.completion = whole.completion }
        if total == nil || whole != plain { usage.total = sum(whole.prompt, whole.completion) }
        return usage
    }

    /// Whether nothing is to be found out, as nearly always: there are no parts, or all adds up as it is.
    private var isPlain: Bool {
        guard let total, inputBeside == nil, outputBeside == nil else { return false }
        if cached == nil, cacheWrite == nil, reasoning == nil { return true }
        let whole = plain
        return sum(whole.prompt, whole.completion) == total && whole.prompt >= cacheSum
            && whole.completion >= reasoning ?? 0
    }

    private struct Whole: Equatable {
        var prompt: Int
        var completion: Int
    }

    /// What was told, nothing added.
    private var plain: Whole { Whole(prompt: input ?? 0, completion: output ?? 0) }

    /// The first reading that adds up to the total that was sent; `nil` when none does.
    private func arbitrated(_ total: Int) -> Whole? {
        let besides = (inputBeside ?? 0) > 0 || (outputBeside ?? 0) > 0 ? [true, false] : [false]
        for beside in besides {
            let base = base(withBeside: beside)
            for reading in readings(of: base) where sum(reading.prompt, reading.completion) == total {
                // A part is never larger than its whole, whatever an emitter's total says.
                if reading.prompt >= cacheSum, reading.completion >= reasoning ?? 0 { return reading }
            }
        }
        return nil
    }

    /// In order: as it is, the cache beside the input, reasoning beside the output, both; at last a cache that is only
    /// half inside.
    private func readings(of base: Whole) -> [Whole] {
        let thought = sum(base.completion, reasoning)
        let prompt = sum(base.prompt, cacheSum)
        let halves = [sum(base.prompt, cacheWrite), sum(base.prompt, cached)]
        return [
            base, Whole(prompt: prompt, completion: base.completion),
            Whole(prompt: base.prompt, completion: thought), Whole(prompt: prompt, completion: thought),
        ] + halves.map { Whole(prompt: $0, completion: base.completion) }
            + halves.map { Whole(prompt: $0, completion: thought) }
    }

    /// Without a total that helps: what is larger than its whole stands beside it, else the vendor's habit decides.
    private var habitual: Whole {
        var whole = base(withBeside: true)
        if input != nil, cacheSum > whole.prompt || input == inputWithoutCache {
            whole.prompt = sum(whole.prompt, cacheSum)
        }
        if output != nil, reasoning ?? 0 > whole.completion || output == outputWithoutReasoning {
            whole.completion = sum(whole.completion, reasoning)
        }
        return whole
    }

    private func base(withBeside: Bool) -> Whole {
        guard withBeside else { return plain }
        return Whole(prompt: sum(plain.prompt, inputBeside), completion: sum(plain.completion, outputBeside))
    }

    private var cacheSum: Int { sum(cached ?? 0, cacheWrite) }

    /// Adds without trapping on absurd numbers.
    private func sum(_ left: Int, _ right: Int?) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right ?? 0)
        return overflow ? .max : sum
    }
}
