import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix

/// One call of OTLP's trace service over gRPC, without TLS.
enum GRPCExport {
    /// Sends a request; waits for its answer so many seconds at most, and no longer than the task is wanted.
    static func send(_ message: [UInt8], to place: ListenAddress, seconds: Int64 = 20) async -> ForwardAnswer {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let answered = loop.makePromise(of: ForwardAnswer.self)
        return await withTaskCancellationHandler {
            connect(place, on: loop).whenComplete { result in
                switch result {
                case .success(let (connection, streams)):
                    let alarm = loop.scheduleTask(in: .seconds(seconds)) {
                        answered.succeed(.later("no answer within \(seconds) seconds", seconds: nil))
                    }
                    // Also where nobody waits any more when the connection comes about.
                    answered.futureResult.whenComplete { _ in
                        alarm.cancel()
                        connection.close(promise: nil)
                    }
                    ask(message, of: place, on: streams, answered)
                case .failure(let error): answered.succeed(.later(ConnectionTrouble.words(error), seconds: nil))
                }
            }
            do {
                return try await answered.futureResult.get()
            } catch {
                return .later(ConnectionTrouble.words(error), seconds: nil)
            }
        } onCancel: {
            answered.succeed(.later("it was called off", seconds: nil))
        }
    }

    private static func ask(
        _ message: [UInt8], of place: ListenAddress, on streams: NIOHTTP2Handler.StreamMultiplexer,
        _ answered: EventLoopPromise<ForwardAnswer>
    ) {
        let opened = streams.createStreamChannel { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandler(GRPCReplyHandler(answered))
            }
        }
        opened.whenComplete { result in
            switch result {
            case .success(let stream):
                stream.write(HTTP2Frame.FramePayload.headers(.init(headers: head(place))), promise: nil)
                stream.writeAndFlush(
                    HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(frame(message)), endStream: true)),
                    promise: nil)
            case .failure(let error): answered.succeed(.later(ConnectionTrouble.words(error), seconds: nil))
            }
        }
    }

    private static func connect(
        _ place: ListenAddress, on loop: any EventLoop
    ) -> EventLoopFuture<(any Channel, NIOHTTP2Handler.StreamMultiplexer)> {
        ClientBootstrap(group: loop).connectTimeout(.seconds(5))
            .connect(host: place.host, port: place.port)
            .flatMap { channel in
                channel.configureHTTP2Pipeline(
                    mode: .client, connectionConfiguration: .init(), streamConfiguration: .init()
                ) { $0.eventLoop.makeSucceededVoidFuture() }
                .map { (channel, $0) }
            }
    }

    private static func head(_ place: ListenAddress) -> HPACKHeaders {
        [
            ":method": "POST", ":scheme": "http", ":authority": place.description,
            ":path": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            "content-type": "application/grpc", "te": "trailers", "user-agent": "fallom",
        ]
    }

    private static func frame(_ message: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(message.count + 5)
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(UInt32(message.count))
        buffer.writeBytes(message)
        return buffer
    }
}

/// Waits for the status at the end of a call.
private final class GRPCReplyHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload

    private let answered: EventLoopPromise<ForwardAnswer>

    init(_ answered: EventLoopPromise<ForwardAnswer>) {
        self.answered = answered
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .headers(let block) = unwrapInboundIn(data) else { return }
        let headers = block.headers
        if let status = headers.first(name: "grpc-status").flatMap({ Int($0) }) {
            answered.succeed(ForwardAnswer(grpcStatus: status, message: headers.first(name: "grpc-message") ?? ""))
        } else if block.endStream || headers.first(name: ":status") != "200" {
            answered.succeed(.later("status \(headers.first(name: ":status") ?? "unknown")", seconds: nil))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answered.succeed(.later("the connection was closed", seconds: nil))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answered.succeed(.later(ConnectionTrouble.words(error), seconds: nil))
        context.close(promise: nil)
    }
}
