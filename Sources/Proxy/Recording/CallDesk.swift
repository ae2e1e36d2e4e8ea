internal import Dispatch
internal import Ingest
internal import ProviderCalls
internal import SpanCodec
internal import Synchronization
internal import TraceModel

/// Records the calls that pass: reads copies of what was said on a queue of its own, so that no call waits for it.
final class CallDesk: Sendable {
    /// What copies that are not read yet may take together.
    private static let copyLimit = 256 << 20

    /// Where copies are read, one after another.
    let queue = DispatchQueue(label: "fallom.proxy.calls")
    private let options: ProxyOptions
    private let intake: RecordIntake
    private let held = Mutex(0)
    private let chain = Mutex(ResponseChain())
    /// Tells this process's connections from those of others.
    private let ownName: String

    init(_ options: ProxyOptions, into intake: RecordIntake) {
        self.options = options
        self.intake = intake
        ownName = options.randomBits().hexadecimal.suffix(8).description
    }

    /// Begins to read a call along; `nil` for what is none.
    func reading(of request: IncomingRequest, to upstream: ProxyUpstream, _ target: String) -> CallReading? {
        guard ProviderRequest.mayBeCall(method: request.head.method, url: target) else { return nil }
        let trace = request.head["traceparent"].flatMap(SpanKey.init(traceparent:))
        let bits = options.randomBits
        let facts = CallFacts(
            head: request.head, upstream: upstream, target: target, connection: "\(ownName)-\(request.connection)",
            traceID: trace?.traceID ?? bits().hexadecimal + bits().hexadecimal, spanID: bits().hexadecimal,
            parentID: trace?.spanID,
            run: options.run, start: options.now(), startNanoseconds: options.monotonicNanoseconds())
        return CallReading(facts, desk: self)
    }

    /// Nanoseconds of the clock that never goes back.
    var nanoseconds: Int64 { options.monotonicNanoseconds() }

    /// Takes room for a copy, if there is any.
    func take(_ bytes: Int) -> Bool {
        held.withLock { held in
            guard held + bytes <= Self.copyLimit else { return false }
            held += bytes
            return true
        }
    }

    /// Gives the room back.
    func giveBack(_ bytes: Int) {
        held.withLock { $0 -= bytes }
    }

    /// Hands a record on to the store.
    func give(_ record: FallomRecord) {
        intake.give(record.encoded())
    }

    /// Counts a call of which too much would have to be kept.
    func lose() {
        intake.lose("more was under way through the proxy than can be read along")
    }

    /// To whom a call belongs.
    func identity(_ facts: CallFacts, _ request: ProviderRequest) -> CallIdentity {
        let signs = ConversationSigns(facts.head, request)
        var headers = FallomHeaders()
        for field in facts.head.fields where field.name.hasPrefix("x-fallom-") {
            headers.take(name: field.name, value: field.value)
        }
        let chained = request.hints.previousResponseID.flatMap { id in chain.withLock { $0.session(of: id) } }
        return CallIdentity(
            session: headers.sessionID ?? signs.session ?? chained ?? options.session ?? facts.connection,
            customer: headers.customerID ?? signs.customer, headers: headers)
    }

    /// Remembers whose answer it was, for those that go on from it.
    func remember(_ call: ProviderCall, _ session: String) {
        guard call.request.dialect == .openAIResponses, let id = call.captured.responseID else { return }
        chain.withLock { $0.add(id, session) }
    }
}

/// What is known of a call from its first moment.
struct CallFacts: Sendable {
    let head: RequestHead
    let upstream: ProxyUpstream
    /// The URL it goes to.
    let target: String
    /// The session of calls that say nothing of theirs.
    let connection: String
    let traceID: String
    let spanID: String
    let parentID: String?
    /// The run of a command that it was made in.
    let run: String?
    let start: Timestamp
    let startNanoseconds: Int64
}

/// Which answer belongs to which session, the latest of them.
struct ResponseChain {
    private static let limit = 10_000
    private var sessions: [String: String] = [:]
    private var order: [String] = []
    private var oldest = 0

    func session(of response: String) -> String? { sessions[response] }

    mutating func add(_ response: String, _ session: String) {
        guard max(response.utf8.count, session.utf8.count) <= SpanIdentity.longestShared else { return }
        guard sessions.updateValue(session, forKey: response) == nil else { return }
        if order.count < Self.limit {
            order.append(response)
        } else {
            sessions[order[oldest]] = nil
            order[oldest] = response
            oldest = (oldest + 1) % Self.limit
        }
    }
}
