internal import NIOCore

/// Rests when a connection cannot be accepted, as for want of descriptors: the kernel says again and again that one waits,
/// and asking it at once would take a whole processor. It is tried again soon, for connections end.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let rest: TimeAmount

    init(rest: TimeAmount = .milliseconds(200)) {
        self.rest = rest
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError else {
            context.fireErrorCaught(error)
            return
        }
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenSuccess { [rest] in
            channel.eventLoop.scheduleTask(in: rest) { channel.setOption(.autoRead, value: true) }
        }
    }
}
