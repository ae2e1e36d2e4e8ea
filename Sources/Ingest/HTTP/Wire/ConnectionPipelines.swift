internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2

/// Puts the handlers of an accepted connection together (one port takes HTTP/1.1 and, by prior knowledge, HTTP/2).
struct ConnectionPipelines: Sendable {
    let gate: RequestGate
    let patience: RequestMachine.Patience
    let budget: WorkBudget
    let answers: WorkBudget
    let serve: @Sendable (PendingRequest) -> Void
    let refused: @Sendable (RequestFailure) -> Void

    /// Begins with the first bytes, which tell the protocol.
    func configure(_ channel: any Channel, ticket: Connections.Ticket) throws {
        let splitter = ProtocolSplitter(patience: patience.idle) { verdict, channel in
            switch verdict {
            case .http2: try configureHTTP2(channel, ticket)
            case .http1, .open: try configureHTTP1(channel, ticket)
            }
        }
        try channel.pipeline.syncOperations.addHandler(splitter)
    }

    private func configureHTTP1(_ channel: any Channel, _ ticket: Connections.Ticket) throws {
        let fence = FenceHandler()
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = 80 << 10
        let encoding: HTTPResponseEncoder.Configuration = {
            var configuration = HTTPResponseEncoder.Configuration()
            configuration.automaticallySetFramingHeaders = false
            return configuration
        }()
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(fence)
        try pipeline.addHandler(HTTPResponseEncoder(configuration: encoding))
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits)))
        try pipeline.addHandler(HTTP1Codec(fence: fence))
        try pipeline.addHandler(requestHandler(.connection, ticket, budget.seat()) { ticket.waits($0) })
    }

    private func configureHTTP2(_ channel: any Channel, _ ticket: Connections.Ticket) throws {
        let connection = HTTP2ConnectionHandler(idleTime: patience.idle) { ticket.waits($0 ? .request : .client) }
        let seat = budget.seat()
        let streams = StreamCounter(NIOLoopBound(connection, eventLoop: channel.eventLoop))
        // Each stream reads when its request goes on; the connection always does, for it carries all of them.
        try channel.syncOptions?.setOption(.autoRead, value: true)
        // A frame may be nine bytes long: what one connection brings in a turn is bounded by what its smallest frames take.
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        try channel.syncOptions?.setOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 16_384, maximum: 1 << 16))
        let handler = NIOHTTP2Handler(
            mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: Self.connectionConfiguration,
            streamConfiguration: Self.streamConfiguration, streamDelegate: streams
        ) { stream in
            stream.setOption(.autoRead, value: false).flatMapThrowing {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2Codec())
                try pipeline.addHandler(requestHandler(.stream, ticket, seat) { _ in })
            }
        }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(handler)
        try pipeline.addHandler(connection)
    }

    private func requestHandler(
        _ carrier: RequestMachine.Carrier, _ ticket: Connections.Ticket, _ seat: WorkBudget.Seat,
        waits: @escaping @Sendable (Connections.Wait) -> Void
    ) -> RequestHandler {
        let machine = RequestMachine(gate: gate, patience: patience, seat: seat, carrier: carrier)
        return RequestHandler(
            machine: machine, connection: ticket.number, answers: answers,
            listeners: RequestHandler.Listeners(serve: serve, refused: refused, waits: waits))
    }

    /// swift-nio's guards against floods of resets, continuations, pings and glitches stay as they are but for the
    /// pings, which gRPC's clients send with every burst of data to measure the way.
    private static let connectionConfiguration: NIOHTTP2Handler.ConnectionConfiguration = {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: 100),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 64 << 10),
            HTTP2Setting(parameter: .initialWindowSize, value: 1 << 20),
            HTTP2Setting(parameter: .maxFrameSize, value: 1 << 18),
        ]
        configuration.targetWindowSize = 4 << 20
        configuration.maximumBufferedControlFrames = 1000
        configuration.controlFrameRateLimit.maximumCount = 5000
        return configuration
    }()

    private static let streamConfiguration: NIOHTTP2Handler.StreamConfiguration = {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.targetWindowSize = 1 << 20
        configuration.outboundBufferSizeHighWatermark = 256 << 10
        configuration.outboundBufferSizeLowWatermark = 64 << 10
        return configuration
    }()
}

/// Tells the connection's handler of its streams.
private struct StreamCounter: NIOHTTP2StreamDelegate {
    private let connection: NIOLoopBound<HTTP2ConnectionHandler>

    init(_ connection: NIOLoopBound<HTTP2ConnectionHandler>) {
        self.connection = connection
    }

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        connection.value.streamOpened()
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        connection.value.streamClosed()
    }
}
