internal import OrderedJSON
internal import ProviderCalls
internal import SpanCodec
internal import TraceModel

/// Makes the records of a call that passes.
struct CallRecord: Sendable {
    private let facts: CallFacts
    private let identity: CallIdentity

    init(_ facts: CallFacts, _ identity: CallIdentity) {
        self.facts = facts
        self.identity = identity
    }

    /// That the call is under way.
    func started(_ request: ProviderRequest) -> FallomRecord {
        var record = record(request)
        record.model = request.model
        record.attributes = marks
        if request.isStreaming { record.isStreaming = true }
        return record
    }

    /// The call that is over, after so many nanoseconds.
    func finished(_ call: ProviderCall, after duration: Int64) -> FallomRecord {
        let request = call.request
        let source = RecordAttributes.Source(
            method: call.name, model: request.model, provider: provider(request), baseURL: request.baseURL,
            isStreaming: request.isStreaming, duration: duration, firstToken: call.firstToken)
        let said = RecordAttributes(source, call.captured, call.ending, capturesContent: true) { error in
            RecordAttributes.Note(message: "\(error)", type: "ConnectionError")
        }
        var record = record(request)
        record.model = said.model
        record.endTime = facts.start.advanced(byNanoseconds: duration)
        record.durationMilliseconds = RecordAttributes.milliseconds(duration)
        if said.isStreaming { record.isStreaming = true }
        record.timeToFirstTokenMilliseconds = call.firstToken.map(RecordAttributes.milliseconds)
        record.isError = said.isError
        record.errorMessage = said.errorMessage
        record.attributes = said.members + marks
        return record
    }

    private func record(_ request: ProviderRequest) -> FallomRecord {
        let headers = identity.headers
        return FallomRecord(
            configKey: headers.configKey ?? "", sessionID: identity.session, customerID: identity.customer,
            traceID: facts.traceID, spanID: facts.spanID, parentSpanID: facts.parentID, name: request.dialect.method,
            kind: request.dialect.kind, startTime: facts.start, promptKey: headers.promptKey,
            promptVersion: headers.promptVersion.flatMap { Int($0) }, promptABTestKey: headers.promptABTestKey,
            promptVariantIndex: headers.promptVariantIndex)
    }

    /// That the proxy saw it, by which of its names it went, and in which run.
    private var marks: [JSONMember] {
        [JSONMember("fallom.proxy", .string(facts.upstream.name))]
            + (facts.run.map { [JSONMember("fallom.run", .string($0))] } ?? [])
    }

    /// Who answers: what the address tells, else what the upstream's name does, else whose API it is.
    private func provider(_ request: ProviderRequest) -> String? {
        guard request.provider == nil || request.provider == request.dialect.provider else { return request.provider }
        return facts.upstream.provider ?? request.provider
    }
}
