import OrderedJSON
public import TraceModel

/// What a request that brings scores held.
public struct DecodedScores: Sendable {
    /// Good scores in their order.
    public var scores: [Score] = []
    /// Those that cannot be kept: their place in the request, from 0, and why.
    public var refused: [(place: Int, flaw: Score.Flaw)] = []
    /// Secrets that were masked.
    public var masked = 0
    /// What an evaluation run is called from now on.
    public var run: String?
}

extension DecodedScores {
    /// What a request may hold, as for records of any kind.
    fileprivate func check(_ limits: SpanDecoder.Limits) throws(DecodeError) {
        let areBad = refused.count > DecodedBatch.mostRejected
        guard areBad || scores.count + refused.count > limits.maxRecords else { return }
        throw DecodeError(reason: "\(TooManyRecords(areBad: areBad).reason)")
    }
}

extension SpanDecoder {
    /// Reads the body of `POST /v1/scores`: one score, a list of them, or `{"scores": […]}`. Scores without a time are of
    /// `time`.
    public func decodeScores(_ body: [UInt8], time: Timestamp) throws(DecodeError) -> DecodedScores {
        var decoded = DecodedScores()
        let json = try maskedJSON(body, &decoded.masked)
        guard let list = json["scores"]?.array ?? json.array ?? (json.object == nil ? nil : [json]) else {
            throw DecodeError(reason: "a score, a list of scores, or an object with scores is needed", field: "scores")
        }
        for (place, element) in list.enumerated() {
            do throws(Score.Flaw) {
                decoded.scores.append(try Self.score(element, time: time))
            } catch {
                decoded.refused.append((place, error))
            }
            try decoded.check(limits)
        }
        return decoded
    }

    /// Reads the body of `POST /api/sdk-evals`: an evaluation run of the SDKs. What is scored is `evals/RUN/N`, or the session
    /// or span that a result names.
    public func decodeEvaluations(_ body: [UInt8], time: Timestamp) throws(DecodeError) -> DecodedScores {
        var decoded = DecodedScores()
        let json = try maskedJSON(body, &decoded.masked)
        guard let results = json["results"]?.array else {
            throw DecodeError(reason: "a list is needed", field: "results")
        }
        let run = Self.runID(body, time)
        decoded.run = run
        let judge = json["judge_model"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "judge"
        for (place, result) in results.enumerated() {
            try decoded.check(limits)
            guard result.object != nil else {
                decoded.refused.append((place, Score.Flaw(field: "results", reason: "an object is needed")))
                continue
            }
            let target =
                Self.target(result) ?? result["metadata"].flatMap(Self.target) ?? .session("evals/\(run)/\(place)")
            for metric in Self.metrics(of: result) {
                let score = Score(
                    target: target, name: metric.name, value: .number(metric.value), comment: metric.reason,
                    judge: judge, time: time)
                if let flaw = score.flaw {
                    decoded.refused.append((place, flaw))
                } else {
                    decoded.scores.append(score)
                }
            }
        }
        return decoded
    }

    /// So many metrics of its own an app may have.
    private static let mostMetrics = 100

    /// The SDK's metrics, and those of the app's own that give their reasons.
    private static func metrics(of result: JSONValue) -> [(name: String, value: Double, reason: String?)] {
        let known = [
            "answer_relevancy", "hallucination", "toxicity", "faithfulness", "completeness", "coherence", "bias",
        ]
        let reasons = result["reasoning"]?.object ?? []
        let names = known + reasons.prefix(mostMetrics).map(\.name).filter { !known.contains($0) }
        let places = Dictionary(
            names.enumerated().map { (Array($0.element.utf8), $0.offset) }, uniquingKeysWith: { first, _ in first })
        let values = found(places, in: result.object ?? [])
        let texts = found(places, in: reasons)
        return names.indices.compactMap { place in
            guard case .number(let number)? = values[place] else { return nil }
            return (names[place], number.double, texts[place]?.string)
        }
    }

    /// The members of those names, by their places. The list is gone through once: it may be as long as a message.
    private static func found(_ places: [[UInt8]: Int], in members: [JSONMember]) -> [Int: JSONValue] {
        var found: [Int: JSONValue] = [:]
        for member in members {
            if let place = places[Array(member.name.utf8)] { found[place] = member.value }
        }
        return found
    }

    /// A name that no other run has, unless the same was sent in the same nanosecond.
    private static func runID(_ body: [UInt8], _ time: Timestamp) -> String {
        var hash = StableHash()
        for byte in body { hash.take(byte) }
        return "run_" + String(UInt64(bitPattern: time.unixNanoseconds), radix: 16)
            + String(hash.value % 0x1_0000, radix: 16)
    }

    private func maskedJSON(_ body: [UInt8], _ masked: inout Int) throws(DecodeError) -> JSONValue {
        let found = body.withUnsafeBytes { scanner.masked($0, .json) }
        masked += found?.count ?? 0
        do {
            return try JSONValue(
                parsing: found?.bytes ?? body, maxDepth: limits.maxDepth, allowsLoneSurrogates: true,
                maxValues: limits.maxValues)
        } catch {
            throw DecodeError(reason: "\(error.reason)", offset: error.offset)
        }
    }

    /// One score of `POST /v1/scores`.
    private static func score(_ json: JSONValue, time: Timestamp) throws(Score.Flaw) -> Score {
        guard json.object != nil else { throw Score.Flaw(field: "scores", reason: "an object is needed") }
        guard let target = target(json) ?? json["target"]?.string.map(target) else {
            throw Score.Flaw(field: "target", reason: "a session_id, or a trace_id and a span_id, is needed")
        }
        let value: Score.Value
        switch json["value"] {
        case .number(let number)?: value = .number(number.double)
        case .bool(let flag)?: value = .number(flag ? 1 : 0)
        case .string(let word)?: value = .word(word)
        default: throw Score.Flaw(field: "value", reason: "a number, a word, true or false is needed")
        }
        var moment = time
        if let given = json["time"], given != .null {
            guard let parsed = given.string.flatMap(ISO8601.parse) else {
                throw Score.Flaw(field: "time", reason: "it is not an ISO 8601 time with a zone")
            }
            moment = parsed
        }
        return try Score(
            target: target, name: json["name"]?.string ?? "", value: value, comment: json["comment"]?.string,
            judge: json["by"]?.string ?? "api", time: moment
        ).checked()
    }

    /// The span or session that ids name.
    private static func target(_ json: JSONValue) -> Score.Target? {
        if let trace = json["trace_id"]?.string, let span = json["span_id"]?.string {
            return .span(SpanKey(traceID: trace, spanID: span))
        }
        return json["session_id"]?.string.map { .session($0) }
    }

    /// `TRACE/SPAN` in OTLP's digits is a span; any other text is a session's id.
    private static func target(_ text: String) -> Score.Target {
        guard let key = Score.Target.span(text),
            Array(key.traceID.utf8).withUnsafeBytes({ Identifiers.hexText($0, length: 16) }) != nil,
            Array(key.spanID.utf8).withUnsafeBytes({ Identifiers.hexText($0, length: 8) }) != nil
        else { return .session(text) }
        return .span(key)
    }
}
