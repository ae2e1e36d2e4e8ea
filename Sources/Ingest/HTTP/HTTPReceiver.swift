internal import NIOCore
internal import NIOPosix
internal import SpanCodec
internal import Synchronization
internal import TraceModel

/// The HTTP listener: OTLP and Fallom's own API on one port (design §3.1, §3.2, §6).
struct HTTPReceiver: Sendable {
    let options: HTTPOptions
    let endpoints: Endpoints
    let counters: IngestCounters

    /// Listens until the task is cancelled, then lets requests at work finish. Throws when the address cannot be used.
    func run(onListening: @escaping @Sendable (SocketAddress) -> Void = { _ in }) async throws(IngestError) {
        try options.check()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let result: Result<Void, IngestError>
        do {
            try await listen(on: group, onListening)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try? await group.shutdownGracefully()
        try result.get()
    }

    private func listen(
        on group: MultiThreadedEventLoopGroup, _ onListening: @Sendable (SocketAddress) -> Void
    ) async throws(IngestError) {
        let (requests, feed) = AsyncStream.makeStream(of: PendingRequest.self)
        let connections = Connections(limit: options.limits.connections)
        let server = try await bind(on: group, connections, feed)
        if let address = server.localAddress {
            counters.update(.http) { $0.state = .listening(address: Endpoint.text(of: address)) }
            onListening(address)
        }
        await withTaskCancellationHandler {
            // An unstructured task, so that requests at work are not cancelled with us: their spans are being committed.
            await Task { await serve(requests) }.value
        } onCancel: {
            stop(server, connections, feed)
        }
    }

    private func serve(_ requests: AsyncStream<PendingRequest>) async {
        await withDiscardingTaskGroup { group in
            for await pending in requests {
                group.addTask { pending.respond(await endpoints.answer(pending.request)) }
            }
        }
    }

    private func stop(
        _ server: any Channel, _ connections: Connections, _ feed: AsyncStream<PendingRequest>.Continuation
    ) {
        let grace = options.limits.shutdownGrace
        server.close(mode: .all, promise: nil)
        connections.drain(grace: grace, on: server.eventLoop) { feed.finish() }
    }

    private func bind(
        on group: MultiThreadedEventLoopGroup, _ connections: Connections,
        _ feed: AsyncStream<PendingRequest>.Continuation
    ) async throws(IngestError) -> any Channel {
        let gate = RequestGate(rules: options.rules)
        let budget = BodyBudget(bytes: options.limits.bodiesTogether)
        let patience = options.limits.patience
        let endpoints = endpoints
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 16_384, maximum: 1 << 18)
            )
            .childChannelInitializer { channel in
                let isWelcome = connections.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    guard isWelcome else {
                        try channel.pipeline.syncOperations.addHandler(FullHouseHandler())
                        return
                    }
                    let machine = ConnectionMachine(gate: gate, patience: patience, budget: budget)
                    let handler = ConnectionHandler(machine: machine) {
                        feed.yield($0)
                    } refused: {
                        endpoints.note($0)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            return try await bootstrap.bind(host: options.host, port: options.port).get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .portTaken(options.address)
        } catch let error as IOError where error.errnoCode == EACCES {
            throw .badAddress("\(options.address): this port needs more rights than the user has")
        } catch {
            throw .badAddress("\(options.address) cannot be used: \(error)")
        }
    }
}
