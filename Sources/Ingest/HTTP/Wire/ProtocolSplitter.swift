internal import NIOCore

/// Tells from a connection's first bytes which protocol it speaks.
struct ProtocolGuess {
    enum Verdict: Hashable, Sendable {
        case http1
        case http2
        case open
    }

    /// What a client of HTTP/2 by prior knowledge begins with (RFC 9113 §3.4).
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// The verdict on all bytes so far.
    static func verdict(on bytes: ByteBuffer) -> Verdict {
        let seen = bytes.readableBytesView.prefix(preface.count)
        guard seen.elementsEqual(preface.prefix(seen.count)) else { return .http1 }
        return seen.count == preface.count ? .http2 : .open
    }
}

/// Holds a connection's first bytes until they tell which protocol they are, puts that protocol's handlers behind itself
/// and goes.
final class ProtocolSplitter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let patience: TimeAmount
    private let configure: (ProtocolGuess.Verdict, any Channel) throws -> Void
    private var held = ByteBuffer()
    private let alarm = LoopAlarm()
    private var phase = Phase.guessing

    private enum Phase {
        case guessing
        /// The protocol's handlers are being added. What they write at once may fail, and swift-nio then reads what has come
        /// before it closes: that waits until they are there.
        case configuring
        case passing
    }

    /// `configure` adds the handlers of `.http1` or `.http2`. A client that does not begin in `patience` is hung up on.
    init(patience: TimeAmount, configure: @escaping (ProtocolGuess.Verdict, any Channel) throws -> Void) {
        self.patience = patience
        self.configure = configure
    }

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        alarm.set(.now() + patience, on: context.eventLoop) { bound.value.close(promise: nil) }
        context.fireChannelActive()
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .passing else { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        held.writeBuffer(&bytes)
        guard phase == .guessing else { return }
        let verdict = ProtocolGuess.verdict(on: held)
        guard verdict != .open else { return context.read() }
        alarm.cancel()
        do {
            phase = .configuring
            try configure(verdict, context.channel)
            phase = .passing
            context.fireChannelRead(wrapInboundOut(held))
            context.fireChannelReadComplete()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Nothing whole has come: who hangs up now, or finds us shutting down, is owed no answer.
        switch event {
        case let event as ChannelEvent where event == .inputClosed: context.close(promise: nil)
        case is ChannelShouldQuiesceEvent: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm.cancel()
        context.fireChannelInactive()
    }
}
