/// Sums over rows as the server computes them, equal to those of `SessionFigures` and `UsageTally` to the last digit.
enum FigureSQL {
    static let isCall = "(kind = 'llm' AND bitTest(counts, 2))"
    static let countsTokens = "bitTest(counts, 0)"
    static let countsCost = "bitTest(counts, 1)"
    static let isRunning = "(end IS NULL AND duration IS NULL)"
    static let model = "ifNull(response_model, request_model)"

    static let allTokens =
        "ifNull(toInt128(total_tokens), toInt128(ifNull(prompt_tokens, 0)) + toInt128(ifNull(completion_tokens, 0)))"

    /// A sum that ends where 64 bits do.
    static func sum(_ value: String, where condition: String) -> String {
        clamped("sumIf(toInt128(ifNull(\(value), 0)), \(condition))")
    }

    /// A number of 128 bits that ends where 64 bits do.
    static func clamped(_ number: String) -> String {
        "toInt64(greatest(least(\(number), toInt128(9223372036854775807)), toInt128(-9223372036854775807 - 1)))"
    }

    static let prompt = sum("prompt_tokens", where: countsTokens)
    static let completion = sum("completion_tokens", where: countsTokens)
    static let total = sum(allTokens, where: countsTokens)

    /// Percentiles by nearest rank: the server takes the element at ⌊level · n⌋, which is the ⌈p · n⌉-th for a level just
    /// below p.
    static let levels = "(0.4999999999999, 0.9499999999999)"

    /// Percentiles; none where there is no value.
    static func percentiles(_ value: String, where condition: String) -> String {
        "if(countIf(\(value) IS NOT NULL AND \(condition)) = 0, [], quantilesExactIf\(levels)(ifNull(\(value), 0), \(value) IS NOT NULL AND \(condition)))"
    }

    /// Earliest first.
    static let place = "(start, sequence, trace_id, span_id)"

    // Of a session's rows taken together.
    static let config = "argMin(config_key, \(place))"
    static let customer = "argMin(customer_id, \(place))"
    static let lastAt = "ifNull(max(finish), max(start))"
    static let models = "groupUniqArrayIf(toString(ifNull(\(model), '')), kind = 'llm' AND \(model) IS NOT NULL)"
}
