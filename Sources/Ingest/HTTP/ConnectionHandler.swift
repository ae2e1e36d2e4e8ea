internal import NIOCore

/// A request and the way to answer it.
struct PendingRequest: Sendable {
    var request: ConnectionMachine.Request
    /// Call it once.
    var respond: @Sendable (Answer) -> Void
}

/// Carries out on a socket what ``ConnectionMachine`` says.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var machine: ConnectionMachine
    private let serve: @Sendable (PendingRequest) -> Void
    private let refused: @Sendable (RequestFailure) -> Void
    private var context: ChannelHandlerContext?
    private var alarm: Scheduled<Void>?
    private var deadline: NIODeadline?

    init(
        machine: ConnectionMachine, serve: @escaping @Sendable (PendingRequest) -> Void,
        refused: @escaping @Sendable (RequestFailure) -> Void
    ) {
        self.machine = machine
        self.serve = serve
        self.refused = refused
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { perform(machine.opened(now: .now()), context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(machine.opened(now: .now()), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        perform(machine.received(&bytes, now: .now()), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            perform(machine.ended(now: .now()), context)
        } else if event is DrainEvent {
            perform(machine.drain(), context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        machine.vanished()
        alarm?.cancel()
        alarm = nil
        deadline = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func perform(_ actions: [ConnectionMachine.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .read: context.read()
            case .proceed: context.writeAndFlush(wrapOutboundOut(Self.proceed), promise: nil)
            case .serve(let request): hand(request, context)
            case .send(let bytes, let closing): send(bytes, closing: closing, context)
            case .alarm(let time): setAlarm(time, context)
            case .close: context.close(promise: nil)
            case .refused(let failure): refused(failure)
            }
        }
    }

    private func hand(_ request: ConnectionMachine.Request, _ context: ChannelHandlerContext) {
        let loop = context.eventLoop
        let bound = NIOLoopBound(self, eventLoop: loop)
        serve(
            PendingRequest(request: request) { answer in
                loop.execute { bound.value.answered(answer) }
            })
    }

    private func answered(_ answer: Answer) {
        guard let context else { return }
        perform(machine.answered(answer, now: .now()), context)
    }

    private func send(_ bytes: ByteBuffer, closing: Bool, _ context: ChannelHandlerContext) {
        guard closing else {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            return
        }
        // Only our side is closed: closing both while the client still sends would reset the connection, and the
        // client could lose the answer.
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in
            bound.value.close(mode: .output, promise: nil)
        }
    }

    private func setAlarm(_ time: NIODeadline?, _ context: ChannelHandlerContext) {
        deadline = time
        guard time != nil else {
            alarm?.cancel()
            alarm = nil
            return
        }
        // A running alarm is left alone and looks at the deadline when it rings, so that busy connections schedule
        // little; one that would ring too late is replaced.
        if let current = alarmTime, let time, current <= time, alarm != nil { return }
        alarm?.cancel()
        schedule(context)
    }

    private var alarmTime: NIODeadline?

    private func schedule(_ context: ChannelHandlerContext) {
        guard let deadline else { return }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        alarmTime = deadline
        alarm = context.eventLoop.scheduleTask(deadline: deadline) { bound.value.handler.ring(bound.value.context) }
    }

    private func ring(_ context: ChannelHandlerContext) {
        alarm = nil
        alarmTime = nil
        guard let deadline else { return }
        if NIODeadline.now() >= deadline {
            self.deadline = nil
            perform(machine.timePassed(now: .now()), context)
        } else {
            schedule(context)
        }
    }

    private static let proceed = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
}

/// Told to every connection when the receiver shuts down.
struct DrainEvent: Sendable {}
