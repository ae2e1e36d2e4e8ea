import OrderedJSON
import TraceModel

extension Normaliser {
    /// Time to first token and streaming (§2.4, D8).
    mutating func time(into span: inout Span) {
        span.timeToFirstTokenNanoseconds = timeToFirstToken(span)
        span.isStreaming = streaming() ?? (span.timeToFirstTokenNanoseconds != nil)
    }

    /// The first source that gives a believable time: above zero, and not longer than the span.
    private mutating func timeToFirstToken(_ span: Span) -> Int64? {
        let names = facts.vocabulary.times
        let limit = span.durationNanoseconds ?? .max
        func believable(_ amount: Double?, _ nanosecondsPerUnit: Double) -> Int64? {
            guard let amount, amount > 0, amount * nanosecondsPerUnit < 9e18 else { return nil }
            let nanoseconds = Int64((amount * nanosecondsPerUnit).rounded())
            return nanoseconds > 0 && nanoseconds <= limit ? nanoseconds : nil
        }
        func since(_ moment: Timestamp?) -> Int64? {
            guard let moment else { return nil }
            let nanoseconds = moment.nanoseconds(since: span.start)
            return nanoseconds > 0 && nanoseconds <= limit ? nanoseconds : nil
        }
        if let found = believable(facts.firstDouble(names.firstTokenSeconds), 1e9)
            ?? believable(facts.firstDouble(names.vercelMilliseconds), 1e6)
            ?? believable(facts.double(facts.events.millisecondsToFirstChunk), 1e6)
            ?? believable(facts.double(record[.timeToFirstToken]), 1e6)
            ?? believable(facts.firstDouble(names.fallomMilliseconds), 1e6)
        {
            return found
        }
        // Strands writes milliseconds under the name of the metric.
        let unit: Double = isStrands ? 1e6 : 1e9
        if let found = believable(facts.firstDouble(names.metricSeconds), unit)
            ?? believable(facts.firstDouble(names.namedMilliseconds), 1e6)
        {
            return found
        }
        if let text = facts.firstText(names.completionStart), let found = since(Self.moment(text)) { return found }
        if facts.has(facts.vocabulary.raw.timings), let found = believable(firstTokenTime(), 1e6) { return found }
        guard facts.events.firstToken > 0 else { return nil }
        return since(Timestamp(unixNanoseconds: Int64(clamping: facts.events.firstToken)))
    }

    /// An ISO time, which some emitters put into JSON quotes once or twice.
    private static func moment(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        var start = 0
        var end = text.count
        while start < end, text[start] == UInt8(ascii: "\"") || text[start] == UInt8(ascii: "\\") { start += 1 }
        while end > start, text[end - 1] == UInt8(ascii: "\"") || text[end - 1] == UInt8(ascii: "\\") { end -= 1 }
        return ISO8601.parse(UnsafeRawBufferPointer(rebasing: text[start..<end]))
    }

    /// `fallom.raw.timings` → `firstTokenTime`, milliseconds.
    private mutating func firstTokenTime() -> Double? {
        guard let text = facts.filledText(facts.value(facts.vocabulary.raw.timings)) else { return nil }
        var scanner = JSONScanner(text, maxDepth: 128, allowsLoneSurrogates: true)
        do {
            guard try scanner.peek() == .object, try scanner.beginObject() else { return nil }
            repeat {
                let name = try scanner.memberName()
                if name.equals("firstTokenTime"), try scanner.peek() == .number { return try scanner.number().double }
                try scanner.skipValue()
            } while try scanner.nextMember()
        } catch {}  // Not JSON: says nothing.
        return nil
    }

    /// What the emitter says about streaming, in order.
    private mutating func streaming() -> Bool? {
        let names = facts.vocabulary.times
        if let flag = facts.bool(record[.isStreaming]) ?? facts.firstBool(names.streaming) { return flag }
        let operation = facts.vocabulary.kinds.operationID
        if facts.has(operation), let word = facts.filledText(facts.value(operation)),
            word.holds("stream") || word.holds("Stream")
        {
            return true
        }
        if let flag = facts.firstBool(names.streamingRest) { return flag }
        guard facts.has(facts.vocabulary.models.invocationParameters) else { return nil }
        return invocationParameter("stream")?.bool
    }
}
