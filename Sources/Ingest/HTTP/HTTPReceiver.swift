internal import NIOCore
internal import NIOPosix
internal import SpanCodec
internal import Synchronization
internal import TraceModel

/// The server: OTLP over HTTP and gRPC, and Fallom's own API, alike on both of its ports (docs/wire.md §1, docs/wire.md §5).
struct HTTPReceiver: Sendable {
    let options: HTTPOptions
    let routes: [any RequestRoute]
    let counters: IngestCounters
    /// Counts a refusal.
    let refused: @Sendable (RequestFailure) -> Void

    /// Listens until the task is cancelled, then lets requests at work finish. Throws when the address cannot be used; a
    /// gRPC address that cannot is told in the health, and the rest works without it.
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
        let house = House(options, feed)
        let server = try await bind(options.address, on: group, house)
        if let address = server.localAddress {
            counters.update(.http) { $0.state = .listening(address: SocketPlace(address).description) }
            onListening(address)
        }
        var servers = [server]
        if let grpc = await bindGRPC(on: group, house) { servers.append(grpc) }
        let listening = servers
        await withTaskCancellationHandler {
            // An unstructured task, so that requests at work are not cancelled with us: their spans are being committed.
            await Task { await serve(requests) }.value
        } onCancel: {
            for server in listening { server.close(mode: .all, promise: nil) }
            house.connections.drain(grace: options.limits.shutdownGrace, on: server.eventLoop) { feed.finish() }
        }
    }

    private func serve(_ requests: AsyncStream<PendingRequest>) async {
        await withDiscardingTaskGroup { group in
            for await pending in requests {
                group.addTask { await pending.run() }
            }
        }
    }

    /// What both ports share.
    private struct House: Sendable {
        let connections: Connections
        let budget: WorkBudget
        let answers: WorkBudget
        let feed: AsyncStream<PendingRequest>.Continuation

        init(_ options: HTTPOptions, _ feed: AsyncStream<PendingRequest>.Continuation) {
            connections = Connections(limit: options.limits.connections)
            budget = WorkBudget(bytes: options.limits.bodiesTogether, requests: options.limits.requestsAtWork)
            answers = WorkBudget(bytes: options.limits.answersTogether, requests: .max)
            self.feed = feed
        }
    }

    private func bindGRPC(on group: MultiThreadedEventLoopGroup, _ house: House) async -> (any Channel)? {
        guard let address = options.grpc else { return nil }
        do {
            let server = try await bind(address, on: group, house)
            if let bound = server.localAddress {
                counters.update(.grpc) { $0.state = .listening(address: SocketPlace(bound).description) }
            }
            return server
        } catch {
            counters.update(.grpc) { $0.fail(error) }
            return nil
        }
    }

    private func bind(
        _ address: SocketPlace, on group: MultiThreadedEventLoopGroup, _ house: House
    ) async throws(IngestError) -> any Channel {
        let feed = house.feed
        let pipelines = ConnectionPipelines(
            gate: RequestGate(rules: options.rules(at: address), routes: routes), patience: options.limits.patience,
            budget: house.budget, answers: house.answers, serve: { feed.yield($0) }, refused: refused)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(AcceptPause())
                }
            }
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 16_384, maximum: 1 << 18)
            )
            .childChannelInitializer { channel in
                let ticket = house.connections.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    guard let ticket else {
                        try channel.pipeline.syncOperations.addHandler(FullHouseHandler())
                        return
                    }
                    try pipelines.configure(channel, ticket: ticket)
                }
            }
        do {
            return try await bootstrap.bind(host: address.host, port: address.port).get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .portTaken(address.description)
        } catch let error as IOError where error.errnoCode == EACCES {
            throw .badAddress("\(address): this port needs more rights than the user has")
        } catch {
            throw .badAddress("\(address) cannot be used: \(error)")
        }
    }
}
