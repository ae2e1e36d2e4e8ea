internal import Dispatch
internal import Ingest
internal import NIOCore
internal import NIOHTTP1
internal import ProviderCalls
internal import Synchronization

/// One call that passes, read from copies of its bytes on the desk's queue. Where too much is under way at once the call
/// goes on unread, and is counted.
final class CallReading: Sendable {
    /// How it ended.
    enum Ending: Sendable {
        /// The provider's answer came to its end.
        case whole
        /// The provider gave none, or broke off.
        case broken(UpstreamFailure)
        /// The app hung up in the middle of the answer.
        case letGo
        /// The app hung up before there was one.
        case cancelled
    }

    /// Longer requests are passed on without a copy.
    private static let longestBody = 64 << 20

    private struct Inside: ~Copyable {
        /// The request's body so far.
        var body: [ByteBuffer] = []
        var bodyBytes = 0
        var isTooLong = false
        var isBodyWhole = false
        var exchange: ProviderExchange?
        /// To whom it belongs, once that was told.
        var identity: CallIdentity?
        /// Whether it turned out to be no call of a model, or is over.
        var isDone = false
    }

    private let facts: CallFacts
    private let desk: CallDesk
    private let inside = Mutex(Inside())
    private let isLost = Atomic<Bool>(false)

    init(_ facts: CallFacts, desk: CallDesk) {
        self.facts = facts
        self.desk = desk
    }

    /// Nanoseconds since the call began.
    private var elapsed: Int64 { desk.nanoseconds - facts.startNanoseconds }

    /// A piece of the request went by.
    func sent(_ piece: ByteBuffer) {
        let bytes = piece.readableBytes
        // The copy is kept until the body is whole.
        guard take(bytes) else { return }
        desk.queue.async { [self] in inside.withLock { keep(piece, bytes, &$0) } }
    }

    /// All of the request went by.
    func sentAll() {
        desk.queue.async { [self] in
            inside.withLock { inside in
                guard !inside.isBodyWhole else { return }
                inside.isBodyWhole = true
                if inside.exchange == nil { begin(&inside) } else { catchUp(&inside) }
            }
        }
    }

    /// The answer began.
    func answered(status: Int, headers: HTTPHeaders) {
        desk.queue.async { [self] in
            inside.withLock { inside in
                begin(&inside)
                inside.exchange?.head(status: status, headers: headers.map { ($0.name, $0.value) })
            }
        }
    }

    /// A piece of the answer came, now.
    func took(_ piece: ByteBuffer) {
        let moment = elapsed
        let bytes = piece.readableBytes
        guard take(bytes) else { return }
        desk.queue.async { [self] in
            inside.withLock { inside in
                piece.withUnsafeReadableBytes { inside.exchange?.take($0, at: moment) }
            }
            desk.giveBack(bytes)
        }
    }

    /// It is over, now.
    func end(_ ending: Ending) {
        let moment = elapsed
        desk.queue.async { [self] in inside.withLock { finish(ending, moment, &$0) } }
    }

    /// Returns when all is read, and the record on its way.
    func settled() async {
        await withCheckedContinuation { continuation in
            desk.queue.async { continuation.resume() }
        }
    }

    /// Takes room for a copy; `false` when the call is not read any more.
    private func take(_ bytes: Int) -> Bool {
        guard !isLost.load(ordering: .relaxed) else { return false }
        guard !desk.take(bytes) else { return true }
        if !isLost.exchange(true, ordering: .relaxed) { desk.lose() }
        return false
    }
}

extension CallReading {
    private func keep(_ piece: ByteBuffer, _ bytes: Int, _ inside: inout Inside) {
        guard !inside.isDone, !inside.isTooLong, inside.bodyBytes + bytes <= Self.longestBody else {
            inside.isTooLong = true
            desk.giveBack(bytes)
            return drop(&inside)
        }
        inside.body.append(piece)
        inside.bodyBytes += bytes
    }

    private func drop(_ inside: inout Inside) {
        desk.giveBack(inside.bodyBytes)
        inside.body = []
        inside.bodyBytes = 0
    }

    /// The request's body, where it is whole and short enough.
    private func takeBody(_ inside: inout Inside) -> [UInt8]? {
        guard inside.isBodyWhole, !inside.isTooLong, !isLost.load(ordering: .relaxed) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(inside.bodyBytes)
        for piece in inside.body { bytes.append(contentsOf: piece.readableBytesView) }
        drop(&inside)
        return bytes
    }

    /// Reads the request, once.
    private func begin(_ inside: inout Inside) {
        guard inside.exchange == nil, !inside.isDone else { return }
        let request = ProviderRequest(
            method: facts.head.method, url: facts.target, headers: facts.head.fields.map { ($0.name, $0.value) },
            body: takeBody(&inside))
        guard let request else {
            inside.isDone = true
            return drop(&inside)
        }
        inside.exchange = ProviderExchange(request)
        if inside.isBodyWhole { tellStart(request, &inside) }
    }

    /// Says that the call is under way.
    private func tellStart(_ request: ProviderRequest, _ inside: inout Inside) {
        let identity = desk.identity(facts, request)
        inside.identity = identity
        desk.give(CallRecord(facts, identity).started(request))
    }

    /// Reads the body of a request that was answered before it was whole.
    private func catchUp(_ inside: inout Inside) {
        guard let body = takeBody(&inside) else { return }
        inside.exchange?.read(requestBody: body)
        if let request = inside.exchange?.request { tellStart(request, &inside) }
    }

    private func finish(_ ending: Ending, _ moment: Int64, _ inside: inout Inside) {
        begin(&inside)
        inside.isDone = true
        drop(&inside)
        guard let exchange = inside.exchange.take() else { return }
        guard !isLost.load(ordering: .relaxed) else { return }
        let call =
            switch ending {
            case .whole: exchange.end()
            case .broken(let failure): exchange.fail(failure)
            case .letGo: exchange.letGo()
            case .cancelled: exchange.cancel()
            }
        let identity = inside.identity ?? desk.identity(facts, call.request)
        desk.remember(call, identity.session)
        desk.give(CallRecord(facts, identity).finished(call, after: moment))
    }
}
