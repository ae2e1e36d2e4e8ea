internal import NIOCore

/// Carries out ``RequestFence`` in front of swift-nio's decoder: a `read` from behind lets the next piece through, and
/// asks the socket for more only when nothing is held.
final class FenceHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// How many pieces go through before other connections have a turn.
    private static let turn = 64
    /// What may be held while nothing is wanted.
    private static let watchedBytes = 64 << 10
    /// How long it rests then. The loop runs every task that is due before it looks at its sockets again, so the next turn
    /// must not be due by then.
    private static let pause = TimeAmount.milliseconds(1)

    private var fence = RequestFence()
    /// Whether what is behind asked for more and has not got it.
    private var isWanted = false
    private var isPumping = false
    /// Pieces that went through since the loop last looked at its sockets: an answer that is out asks for the next piece by a
    /// task of its own, so that one run of the pump may see one piece only.
    private var passed = 0
    private var isResting = false
    private var isReading = false
    private var inputEnded = false
    /// Whether the end of input is to be told though nothing is wanted.
    private var isWatching = false

    func read(context: ChannelHandlerContext) {
        isWanted = true
        isWatching = false
        pump(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        isReading = false
        fence.append(&bytes)
        if isWatching { watch(context) } else { pump(context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Each read of the socket was asked for by the pump, which goes on by itself.
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        // What came before the end is answered before it is told.
        inputEnded = true
        if isWatching { context.fireUserInboundEventTriggered(event) } else { pump(context) }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is WatchClient else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
        watch(context)
    }

    private func watch(_ context: ChannelHandlerContext) {
        isWatching = true
        if inputEnded { return context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        // The end stands behind what still comes; who sends much more is not read on from for it.
        guard !isReading, fence.heldBytes < Self.watchedBytes else { return }
        isReading = true
        context.read()
    }

    /// Something came out behind the decoder.
    func delivered() {
        isWanted = false
    }

    /// A head came out: what follows it.
    func expect(_ framing: RequestHead.Framing) {
        fence.expect(framing)
    }

    /// The end of a message came out.
    func messageEnded() {
        fence.messageEnded()
    }

    /// Nothing that still comes matters.
    func close() {
        fence.close()
    }

    private func pump(_ context: ChannelHandlerContext) {
        guard !isPumping, !isResting else { return }
        isPumping = true
        defer { isPumping = false }
        while passed < Self.turn {
            guard isWanted, context.channel.isActive else { return }
            passed += 1
            do throws(RequestFailure) {
                guard let piece = try fence.next() else { return askForMore(context) }
                context.fireChannelRead(wrapInboundOut(piece))
                context.fireChannelReadComplete()
            } catch {
                context.fireErrorCaught(error)
            }
        }
        rest(context)
    }

    private func rest(_ context: ChannelHandlerContext) {
        isResting = true
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.pause) {
            let (handler, context) = bound.value
            handler.isResting = false
            handler.passed = 0
            handler.pump(context)
        }
    }

    private func askForMore(_ context: ChannelHandlerContext) {
        guard !inputEnded else {
            isWanted = false
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            return
        }
        if fence.hasPartOfHead { context.fireUserInboundEventTriggered(HeadBegan()) }
        guard !isReading else { return }
        passed = 0
        isReading = true
        context.read()
    }
}
