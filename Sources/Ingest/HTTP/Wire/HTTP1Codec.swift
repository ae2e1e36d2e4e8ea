internal import NIOCore
internal import NIOHTTP1

/// Turns swift-nio's parts of HTTP/1 into ours and back, and tells the fence where it stands.
final class HTTP1Codec: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = RequestPart
    typealias OutboundIn = AnswerPart
    typealias OutboundOut = HTTPServerResponsePart

    private let fence: FenceHandler
    /// Of the request that is being answered.
    private var version = RequestHead.Version.http11
    /// Whether the answer on its way is the last.
    private var closes = false

    init(fence: FenceHandler) {
        self.fence = fence
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        fence.delivered()
        switch unwrapInboundIn(data) {
        case .head(let decoded):
            do throws(RequestFailure) {
                let head = try RequestHead(decoded)
                version = head.version
                fence.expect(head.framing)
                context.fireChannelRead(wrapInboundOut(.head(head)))
            } catch {
                fence.close()
                context.fireErrorCaught(error)
            }
        case .body(let bytes): context.fireChannelRead(wrapInboundOut(.body(bytes)))
        case .end:
            fence.messageEnded()
            context.fireChannelRead(wrapInboundOut(.end))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fence.close()
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .proceed: context.write(wrapOutboundOut(.head(Self.proceed)), promise: promise)
        case .head(let head, let closes, let ends):
            self.closes = closes
            let encoded = wrapOutboundOut(.head(encoded(head, closes: closes, ends: ends)))
            guard ends else { return context.write(encoded, promise: promise) }
            context.write(encoded, promise: nil)
            end(nil, context, promise)
        case .piece(let bytes): context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: promise)
        case .end(let trailers):
            end(trailers.isEmpty ? nil : HTTPHeaders(trailers.map { ($0.name, $0.value) }), context, promise)
        }
    }

    private func end(_ trailers: HTTPHeaders?, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        if closes { fence.close() }
        context.write(wrapOutboundOut(.end(trailers)), promise: promise)
    }

    private func encoded(_ head: AnswerHead, closes: Bool, ends: Bool) -> HTTPResponseHead {
        var headers = HTTPHeaders(head.headers.map { ($0.name, $0.value) })
        if let length = head.length {
            headers.add(name: "Content-Length", value: "\(length)")
        } else if !ends, version != .http10 {
            headers.add(name: "Transfer-Encoding", value: "chunked")
        }
        if closes {
            headers.add(name: "Connection", value: "close")
        } else if version == .http10 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let status = head.reason.map { HTTPResponseStatus(statusCode: head.status, reasonPhrase: $0) }
        return HTTPResponseHead(
            version: .http1_1, status: status ?? HTTPResponseStatus(statusCode: head.status), headers: headers)
    }

    private static let proceed = HTTPResponseHead(version: .http1_1, status: .continue)
}
