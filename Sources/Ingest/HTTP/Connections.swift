internal import NIOCore
internal import Synchronization

/// The open connections of a listener: how many there may be, and how they come to an end together.
final class Connections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var isDraining = false
        var whenEmpty: (@Sendable () -> Void)?
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a connection in; `false` when there are too many, or the listener is shutting down.
    func add(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let isTaken = state.withLock { state in
            guard state.open.count < limit, !state.isDraining else { return false }
            state.open[id] = channel
            return true
        }
        if isTaken {
            channel.closeFuture.whenComplete { [weak self] _ in self?.remove(id) }
        }
        return isTaken
    }

    /// Asks every connection to end after the request at work, and ends those that have not after `grace`. `done` is
    /// called once all are closed or told to close.
    func drain(grace: TimeAmount, on loop: any EventLoop, done: @escaping @Sendable () -> Void) {
        let open = state.withLock { state in
            state.isDraining = true
            if !state.open.isEmpty { state.whenEmpty = done }
            return Array(state.open.values)
        }
        guard !open.isEmpty else { return done() }
        for channel in open { channel.pipeline.fireUserInboundEventTriggered(DrainEvent()) }
        loop.scheduleTask(in: grace) { [weak self] in
            guard let self else { return }
            for channel in self.state.withLock({ Array($0.open.values) }) { channel.close(promise: nil) }
        }
    }

    private func remove(_ id: ObjectIdentifier) {
        let done = state.withLock { state in
            state.open[id] = nil
            guard state.open.isEmpty else { return nil as (@Sendable () -> Void)? }
            let done = state.whenEmpty
            state.whenEmpty = nil
            return done
        }
        done?()
    }
}

/// Answers a connection too many with 503, once it has said something.
final class FullHouseHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var hasAnswered = false

    func channelActive(context: ChannelHandlerContext) {
        context.read()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(1)) { bound.value.handler.answer(bound.value.context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer(context)
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard !hasAnswered else { return }
        hasAnswered = true
        let failure = RequestFailure(
            503, "there are too many connections; close some, or raise the limit",
            headers: [Answer.Header(name: "Retry-After", value: "1")])
        let bytes = failure.answer(isProtobuf: false)
            .encoded(omittingBody: false, closing: true, keepAliveIsNews: false)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in bound.value.close(promise: nil) }
    }
}
