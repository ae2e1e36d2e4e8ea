internal import NIOCore
internal import NIOHTTP2

/// One HTTP/2 connection beside its streams, as a value: how many are open, and when it ends.
struct HTTP2Connection {
    enum Action: Hashable, Sendable {
        /// Say whether the connection waits for a request.
        case idle(Bool)
        /// Tell the client that no new stream is taken.
        case goAway
        /// Tell the client that it asks for too much.
        case calm
        /// Call ``HTTP2Connection/timePassed()`` then; `nil` takes the alarm back.
        case alarm(NIODeadline?)
        case close
    }

    /// So many times a client may change its settings in so long: each change of the window is a step for every open stream.
    /// Clients change it a few times at most, as they learn how far away we are.
    private static let mostSettings = 100
    private static let settingsTime = TimeAmount.seconds(30)

    private let idleTime: TimeAmount
    private var openStreams = 0
    private var isDraining = false
    private var settings: (count: Int, since: NIODeadline) = (0, .uptimeNanoseconds(0))

    /// A connection without streams ends after `idleTime`.
    init(idleTime: TimeAmount) {
        self.idleTime = idleTime
    }

    mutating func opened(now: NIODeadline) -> [Action] {
        [.idle(true), .alarm(now + idleTime)]
    }

    mutating func streamOpened() -> [Action] {
        openStreams += 1
        return openStreams == 1 ? [.idle(false), .alarm(nil)] : []
    }

    mutating func streamClosed(now: NIODeadline) -> [Action] {
        openStreams -= 1
        guard openStreams == 0 else { return [] }
        return isDraining ? [.close] : [.idle(true), .alarm(now + idleTime)]
    }

    /// The alarm rang.
    mutating func timePassed() -> [Action] {
        openStreams == 0 ? [.goAway, .close] : []
    }

    /// The client changed its settings.
    mutating func settingsChanged(now: NIODeadline) -> [Action] {
        if now - settings.since >= Self.settingsTime { settings = (0, now) }
        settings.count += 1
        return settings.count > Self.mostSettings ? [.calm, .close] : []
    }

    /// The receiver shuts down.
    mutating func drain() -> [Action] {
        guard !isDraining else { return [] }
        isDraining = true
        return openStreams == 0 ? [.goAway, .close] : [.goAway]
    }
}

/// Carries out ``HTTP2Connection``: the handler behind swift-nio's own in the connection's pipeline.
final class HTTP2ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private var machine: HTTP2Connection
    private let idle: @Sendable (Bool) -> Void
    private let alarm = LoopAlarm()
    private var context: ChannelHandlerContext?

    init(idleTime: TimeAmount, idle: @escaping @Sendable (Bool) -> Void) {
        machine = HTTP2Connection(idleTime: idleTime)
        self.idle = idle
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        perform(machine.opened(now: .now()), context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        alarm.cancel()
        self.context = nil
    }

    /// A stream was opened.
    func streamOpened() {
        guard let context else { return }
        perform(machine.streamOpened(), context)
    }

    /// A stream has ended.
    func streamClosed() {
        guard let context else { return }
        perform(machine.streamClosed(now: .now()), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .settings(.settings) = unwrapInboundIn(data).payload {
            perform(machine.settingsChanged(now: .now()), context)
        }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: perform(machine.drain(), context)
        // Streams end by frames; a client that closes its side of the connection is gone.
        case let event as ChannelEvent where event == .inputClosed: context.close(promise: nil)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An error of one stream was told to it; NIOHTTP2Handler ends the connection itself for one of the connection.
        if error is NIOHTTP2Errors.StreamError { return }
        closeAfterReading(context)
    }

    /// Closes once what is being read was read. NIOHTTP2Handler remembers the streams that a read brought something for until
    /// the read is complete, which it never is in a connection that was closed in it: they would hold it and each other for
    /// good.
    private func closeAfterReading(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.close(promise: nil) }
    }

    private func perform(_ actions: [HTTP2Connection.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .idle(let isIdle): idle(isIdle)
            case .goAway: sayGoodbye(.noError, context)
            case .calm: sayGoodbye(.enhanceYourCalm, context)
            case .alarm(let time):
                let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
                alarm.set(time, on: context.eventLoop) {
                    bound.value.handler.perform(bound.value.handler.machine.timePassed(), bound.value.context)
                }
            case .close: closeAfterReading(context)
            }
        }
    }

    private func sayGoodbye(_ code: HTTP2ErrorCode, _ context: ChannelHandlerContext) {
        let frame = HTTP2Frame(
            streamID: .rootStream, payload: .goAway(lastStreamID: .maxID, errorCode: code, opaqueData: nil))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
