internal import NIOCore

/// Carries out on a channel what ``RequestMachine`` says: the end of an HTTP/1 connection's pipeline and of every HTTP/2
/// stream's.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = RequestPart
    typealias OutboundOut = AnswerPart

    /// Whom the handler tells.
    struct Listeners: Sendable {
        /// Takes a request to answer.
        var serve: @Sendable (PendingRequest) -> Void
        /// Counts a refusal.
        var refused: @Sendable (RequestFailure) -> Void
        /// Learns what the connection waits for.
        var waits: @Sendable (Connections.Wait) -> Void
    }

    private var machine: RequestMachine
    private let listeners: Listeners
    /// The connection's number.
    private let connection: Int
    /// What answers on their way may take together.
    private let answers: WorkBudget
    /// The share of the answer on its way.
    private var kept: WorkBudget.Share?
    private var context: ChannelHandlerContext?
    private let alarm = LoopAlarm()
    /// Who waits for the next piece of the body.
    private var taker: CheckedContinuation<ByteBuffer?, any Error>?
    /// Who waits for room to send more.
    private var sender: CheckedContinuation<Void, any Error>?
    private var dismissal: AsyncStream<Never>.Continuation?

    init(machine: RequestMachine, connection: Int, answers: WorkBudget, listeners: Listeners) {
        self.machine = machine
        self.connection = connection
        self.answers = answers
        self.listeners = listeners
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { perform(machine.opened(now: .now()), context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        vanish(context)
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(machine.opened(now: .now()), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): perform(machine.received(head, now: .now()), context)
        case .body(let bytes): perform(machine.received(bytes, now: .now()), context)
        case .end: perform(machine.receivedEnd(now: .now()), context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is HeadBegan: perform(machine.began(now: .now()), context)
        case let event as ChannelEvent where event == .inputClosed: perform(machine.ended(now: .now()), context)
        case is ChannelShouldQuiesceEvent: perform(machine.drain(), context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        sender?.resume()
        sender = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        vanish(context)
    }

    private func vanish(_ context: ChannelHandlerContext) {
        kept = nil
        perform(machine.vanished(), context)
        alarm.cancel()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let failure = RequestFailure(reading: error) else {
            context.close(promise: nil)
            return
        }
        perform(machine.failed(failure, now: .now()), context)
    }

    /// Takes what a responder says about the request of that serial. The share is kept until the answer is out; `room` is
    /// resumed when more can be sent.
    func take(
        _ reply: RequestMachine.Reply, of serial: Int, keeping share: WorkBudget.Share?,
        room: CheckedContinuation<Void, any Error>?
    ) {
        guard let context, serial == machine.serial else {
            room?.resume(throwing: ClientGone())
            return
        }
        if let share { kept = share }
        perform(machine.replied(reply, now: .now()), context)
        guard let room else { return }
        if sender == nil, context.channel.isActive, !context.channel.isWritable {
            listeners.waits(.client)
            sender = room
        } else {
            room.resume()
        }
    }

    /// Gives the next piece of the body of the request of that serial, when there is one.
    func give(_ taker: CheckedContinuation<ByteBuffer?, any Error>, of serial: Int) {
        guard let context, serial == machine.serial, self.taker == nil else {
            taker.resume(throwing: ClientGone())
            return
        }
        self.taker = taker
        perform(machine.wanted(now: .now()), context)
    }
}

extension RequestHandler {
    private func perform(_ actions: [RequestMachine.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .read: context.read()
            case .watch: context.triggerUserOutboundEvent(WatchClient(), promise: nil)
            case .serve(let accepted): serve(accepted, context)
            case .deliver(let delivery): deliver(delivery)
            case .dismiss: dismiss()
            case .send(let parts, let isLast):
                // Behind the last part the client is waited for; between pieces whoever answers is.
                listeners.waits(isLast ? .client : .work)
                send(parts, isLast: isLast, context)
            case .alarm(let time): setAlarm(time, context)
            case .closeOutput: context.close(mode: .output, promise: nil)
            case .close: context.close(promise: nil)
            case .refused(let failure): listeners.refused(failure)
            case .idle(let isIdle): listeners.waits(isIdle ? .request : .client)
            }
        }
    }

    private func serve(_ accepted: RequestMachine.Accepted, _ context: ChannelHandlerContext) {
        let link = ExchangeLink(
            loop: context.eventLoop, handler: NIOLoopBound(self, eventLoop: context.eventLoop),
            serial: accepted.serial, answers: answers, dialect: accepted.admission.dialect)
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        dismissal = continuation
        if case .whole = accepted.admission.body { listeners.waits(.work) }
        listeners.serve(PendingRequest(accepted: accepted, link: link, dismissal: stream, connection: connection))
    }

    private func deliver(_ delivery: RequestMachine.Delivery) {
        let taker = taker
        self.taker = nil
        switch delivery {
        case .piece(let bytes): taker?.resume(returning: bytes)
        case .end:
            listeners.waits(.work)
            taker?.resume(returning: nil)
        }
    }

    /// Nobody waits for the responder any longer.
    private func dismiss() {
        dismissal?.finish()
        dismissal = nil
        taker?.resume(throwing: ClientGone())
        taker = nil
        sender?.resume(throwing: ClientGone())
        sender = nil
    }

    private func send(_ parts: [AnswerPart], isLast: Bool, _ context: ChannelHandlerContext) {
        guard isLast, let last = parts.last else {
            for part in parts { context.write(wrapOutboundOut(part), promise: nil) }
            context.flush()
            return
        }
        for part in parts.dropLast() { context.write(wrapOutboundOut(part), promise: nil) }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(last)).whenSuccess {
            bound.value.handler.kept = nil
            bound.value.handler.perform(bound.value.handler.machine.sent(now: .now()), bound.value.context)
        }
    }

    private func setAlarm(_ time: NIODeadline?, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        alarm.set(time, on: context.eventLoop) {
            bound.value.handler.perform(bound.value.handler.machine.timePassed(now: .now()), bound.value.context)
        }
    }
}
