internal import NIOCore

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
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(Self.bytes)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private static let bytes: ByteBuffer = {
        let failure = RequestFailure.busy(503, "there are too many connections; close some, or raise the limit")
        let answer = failure.answer(in: .json)
        var text = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: \(answer.body.count)\r\nConnection: close\r\n"
        for header in answer.head.headers { text += "\(header.name): \(header.value)\r\n" }
        return ByteBuffer(string: text + "\r\n" + String(decoding: answer.body, as: UTF8.self))
    }()
}
