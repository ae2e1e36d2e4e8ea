package import Assignment
package import TraceModel

/// The figures of the sessions of one variant, as estimates are made of them.
package struct VariantSample: Sendable {
    /// One session's calls.
    package struct Session: Sendable {
        package var calls = 0
        package var errors = 0
        /// Tokens; `nil` where no call says.
        package var tokens: Double?
        /// US dollars; `nil` where nothing has a cost.
        package var cost: Double?
        /// By name: the sum of the scores that are numbers, of the session and of its spans, and how many they are.
        package var scores: [String: (sum: Double, count: Int)] = [:]
    }

    package private(set) var sessions: [Session] = []
    /// Durations in nanoseconds and the place of their session, ascending.
    package private(set) var latencies: [ClusteredQuantile.Value] = []
    /// Times to first token in nanoseconds and the place of their session, ascending.
    package private(set) var firstTokens: [ClusteredQuantile.Value] = []
    package private(set) var isCostEstimated = false
    private var callTokens = Moments()
    private var callCosts = Moments()

    /// Divides calls among the variants of their sessions. Sessions without a call count, too.
    package static func samples(
        _ variants: [ExactText: Int], _ page: CallPage, _ scores: [StoredScore], variantCount: Int
    ) -> [VariantSample] {
        var samples = Array(repeating: VariantSample(), count: variantCount)
        var places: [(variant: Int, session: Int)?] = []
        var known: [ExactText: (variant: Int, session: Int)] = [:]
        for id in page.sessions {
            let key = ExactText(id)
            let place = variants[key].map { ($0, samples[$0].addSession()) }
            places.append(place)
            if let place { known[key] = place }
        }
        // A session without a finished call is placed all the same; one beyond the limit of calls would only seem to have
        // none, so that then those alone count whose calls were read.
        if !page.isPartial {
            for (id, variant) in variants where known[id] == nil {
                known[id] = (variant, samples[variant].addSession())
            }
        }
        for call in page.calls {
            if let place = places[call.session] { samples[place.variant].add(call, to: place.session) }
        }
        for stored in scores {
            guard let id = stored.sessionID, let place = known[ExactText(id)], let number = stored.score.number else {
                continue
            }
            samples[place.variant].sessions[place.session].scores[stored.score.name, default: (0, 0)].sum += number
            samples[place.variant].sessions[place.session].scores[stored.score.name]?.count += 1
        }
        for index in samples.indices { samples[index].sort() }
        return samples
    }

    private mutating func addSession() -> Int {
        sessions.append(Session())
        return sessions.count - 1
    }

    private mutating func add(_ call: CallFigures, to session: Int) {
        if let cost = call.cost {
            sessions[session].cost = (sessions[session].cost ?? 0) + cost.dollars
            isCostEstimated = isCostEstimated || cost.isEstimated
        }
        guard call.part != .other else { return }
        if let cost = call.cost { callCosts.add(cost.dollars) }
        let known = call.promptTokens != nil || call.completionTokens != nil || call.totalTokens != nil
        if known {
            let parts = Double(call.promptTokens ?? 0) + Double(call.completionTokens ?? 0)
            let tokens = call.totalTokens.map(Double.init) ?? parts
            sessions[session].tokens = (sessions[session].tokens ?? 0) + tokens
            callTokens.add(tokens)
        }
        guard call.part == .call else { return }
        sessions[session].calls += 1
        if call.isError { sessions[session].errors += 1 }
        // How soon a refusal comes says nothing of the model.
        guard !call.isError else { return }
        if let duration = call.durationNanoseconds { latencies.append((Double(duration), session)) }
        if let first = call.timeToFirstTokenNanoseconds { firstTokens.append((Double(first), session)) }
    }

    private mutating func sort() {
        latencies.sort { $0.value < $1.value }
        firstTokens.sort { $0.value < $1.value }
    }

    // MARK: - Estimates

    package func errorShare(_ confidence: Double) -> Estimate? {
        ClusteredShare(sessions.map { ($0.errors, $0.calls) }, confidence: confidence).estimate
    }

    package func latency(_ p: Double, _ confidence: Double) -> Estimate? {
        ClusteredQuantile.estimate(p, of: latencies, confidence: confidence)
    }

    package func firstToken(_ confidence: Double) -> Estimate? {
        ClusteredQuantile.estimate(0.5, of: firstTokens, confidence: confidence)
    }

    /// The names of scores that any session has.
    package var scoreNames: Set<String> { Set(sessions.flatMap(\.scores.keys)) }

    /// A figure of each session that has it; of a score the mean of what the session has.
    package func perSession(_ metric: DecisionMetric) -> [Double] {
        switch metric {
        case .score(let name): sessions.compactMap { $0.scores[name] }.map { $0.sum / Double($0.count) }
        case .costPerSession: sessions.compactMap(\.cost)
        case .tokensPerSession: sessions.compactMap(\.tokens)
        case .errorRate, .latencyP50, .latencyP95, .firstTokenP50: []
        }
    }

    /// Whether all of a score lies between 0 and 1.
    package func isShare(_ metric: DecisionMetric) -> Bool {
        guard case .score = metric else { return false }
        return perSession(metric).allSatisfy { (0...1).contains($0) }
    }

    package var costs: Moments { Moments(sessions.compactMap(\.cost)) }
    package var tokens: Moments { Moments(sessions.compactMap(\.tokens)) }

    package func row(_ index: Int, _ model: String?, _ share: Double) -> ConfigResults.Row {
        var row = ConfigResults.Row(variantIndex: index, model: model, weightedShare: share)
        row.sessions = sessions.count
        row.calls = sessions.reduce(0) { $0 + $1.calls }
        row.errors = sessions.reduce(0) { $0 + $1.errors }
        row.errorShare = errorShare(0.95)
        row.latencyP50 = latency(0.5, 0.95)
        row.latencyP95 = latency(0.95, 0.95)
        row.firstTokenP50 = firstToken(0.95)
        row.tokensPerSession = Self.mean(tokens)
        row.tokensPerCall = callTokens.count == 0 ? nil : callTokens.mean
        row.costPerSession = Self.mean(costs)
        row.costPerCall = callCosts.count == 0 ? nil : callCosts.mean
        row.isCostEstimated = isCostEstimated
        row.scores = scoreNames.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { name in
            let values = Moments(perSession(.score(name)))
            return ConfigResults.ScoreFigure(
                name: name, sessions: values.count, mean: Self.mean(values), isShare: isShare(.score(name)))
        }
        return row
    }

    /// The mean; one value alone has no interval.
    private static func mean(_ moments: Moments) -> Estimate? {
        if moments.count == 1 {
            return Estimate(value: moments.mean, lower: -.infinity, upper: .infinity)
        }
        return moments.estimate()
    }
}
