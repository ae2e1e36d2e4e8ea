internal import OrderedJSON
internal import SpanCodec
internal import TraceModel

/// Scores, evaluation runs and data sets (docs/wire.md §7).
extension Endpoints {
    /// `POST /v1/scores`: what is good is kept, what is not is named; where nothing is good, the request is refused.
    func recordScores(_ request: Request) async throws -> Answer {
        let time = now()
        let decoded = try await withLargeBody(of: request) { bytes throws(DecodeError) in
            try decoder.decodeScores(Array(bytes), time: time)
        }
        if decoded.scores.isEmpty, let first = decoded.refused.first {
            throw RequestFailure(400, first.flaw.reason, field: first.flaw.field, offset: nil)
        }
        try await commit(decoded)
        let refused = decoded.refused.map { place, flaw -> JSONValue in
            ["index": .number(place), "field": .string(flaw.field), "reason": .string(flaw.reason)]
        }
        return .json(
            200,
            JSONValue.object(["accepted": .number(decoded.scores.count), "rejected": .array(refused)]).compactBytes)
    }

    /// `POST /api/sdk-evals`: an evaluation run of a Fallom SDK.
    func recordEvaluations(_ request: Request) async throws -> Answer {
        let time = now()
        let decoded = try await withLargeBody(of: request) { bytes throws(DecodeError) in
            try decoder.decodeEvaluations(Array(bytes), time: time)
        }
        try await commit(decoded)
        return .json(200, JSONValue.object(["run_id": .string(decoded.run ?? "")]).compactBytes)
    }

    /// `GET /api/datasets/{key}`, from the workspace.
    func dataset(_ key: String, _ request: Request) async throws -> Answer {
        var version: Int?
        if let text = request.head.queryValue("version") {
            guard let number = Int(text), number >= 0 else {
                throw RequestFailure(400, "a version is a whole number, not \"\(text)\"", field: "version", offset: nil)
            }
            version = number
        }
        let withEntries = request.head.queryValue("include_entries") != "false"
        // It may be large, and is read and laid out anew each time.
        let body: [UInt8]? = try await atLargeWork { () async throws -> [UInt8]? in
            try await api.datasetBody(key: key, version: version, withEntries: withEntries)
        }
        guard let body else {
            let what = version.map { "there is no version \($0) of a data set \(key)" } ?? "there is no data set \(key)"
            throw RequestFailure(404, what + " in the workspace")
        }
        return .json(200, body)
    }

    private func commit(_ decoded: DecodedScores) async throws {
        if let first = decoded.refused.first {
            counters.rejected(decoded.refused.count, by: .undecodable, of: .http, because: "score: \(first.flaw)")
        }
        try await commit(IngestBatch(scores: decoded.scores, masked: decoded.masked))
    }
}

extension RequestHead {
    /// The last value of that name in the query, decoded.
    fileprivate func queryValue(_ name: String) -> String? {
        let pairs = (query ?? "").split(separator: "&").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        return pairs.last { $0.first == name }.flatMap { $0.count > 1 ? Route.percentDecoded($0[1]) : "" }
    }
}
