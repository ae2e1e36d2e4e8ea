internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Turns the frames of one HTTP/2 stream into our parts of requests and back.
final class HTTP2Codec: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = RequestPart
    typealias OutboundIn = AnswerPart
    typealias OutboundOut = HTTP2Frame.FramePayload

    private var hasHead = false
    /// Whether what is behind asked for more and has not got it.
    private var isWanted = false

    func read(context: ChannelHandlerContext) {
        isWanted = true
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // A frame that is no part of the request, such as one of the window, does not answer the wish.
        if isWanted { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let block):
            if !hasHead, !begin(block, context) { return }
            if block.endStream { pass(.end, context) }
        case .data(let data):
            if case .byteBuffer(let bytes) = data.data, bytes.readableBytes > 0 {
                pass(.body(bytes), context)
            }
            if data.endStream { pass(.end, context) }
        case .priority, .rstStream, .settings, .pushPromise, .ping, .goAway, .windowUpdate, .alternativeService,
            .origin:
            break
        }
    }

    private func pass(_ part: RequestPart, _ context: ChannelHandlerContext) {
        isWanted = false
        context.fireChannelRead(wrapInboundOut(part))
    }

    private func begin(_ block: HTTP2Frame.FramePayload.Headers, _ context: ChannelHandlerContext) -> Bool {
        hasHead = true
        do throws(RequestFailure) {
            let head = try RequestHead(block.headers, endsStream: block.endStream)
            pass(.head(head), context)
            return true
        } catch {
            context.fireErrorCaught(error)
            return false
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(wrapOutboundOut(payload(unwrapOutboundIn(data))), promise: promise)
    }

    private func payload(_ part: AnswerPart) -> HTTP2Frame.FramePayload {
        switch part {
        case .proceed: .headers(.init(headers: [":status": "100"]))
        case .head(let head, _, let ends): .headers(.init(headers: Self.encoded(head), endStream: ends))
        case .piece(let bytes): .data(.init(data: .byteBuffer(bytes)))
        case .end(let trailers) where trailers.isEmpty:
            .data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))
        case .end(let trailers): .headers(.init(headers: HPACKHeaders(Self.fields(trailers)), endStream: true))
        }
    }

    private static func encoded(_ head: AnswerHead) -> HPACKHeaders {
        var headers: HPACKHeaders = [":status": "\(head.status)"]
        headers.add(contentsOf: fields(head.headers))
        if let length = head.length { headers.add(name: "content-length", value: "\(length)") }
        return headers
    }

    private static func fields(_ headers: [Answer.Header]) -> [(String, String)] {
        headers.map { ($0.name.lowercased(), $0.value) }
    }
}
