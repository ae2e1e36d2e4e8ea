internal import NIOCore

/// Where and how the server works.
public struct HTTPOptions: Sendable {
    /// Where it listens; loopback unless somebody says otherwise.
    public var address: SocketPlace
    /// Where it listens too, for clients of OTLP over gRPC, whose port is another; `nil` for nowhere. Both ports take
    /// HTTP/1.1, HTTP/2 and gRPC.
    public var grpc: SocketPlace?
    /// The key that clients must show (`Authorization: Bearer`). Needed on every address that is not loopback.
    public var key: String?
    /// Host names beside the loopback ones under which this receiver may be asked for.
    public var hostNames: Set<String>
    /// Origins of web pages that may send spans (`https://app.example`).
    public var origins: Set<String>
    /// The bounds.
    public var limits: Limits

    /// Bounds on what clients may do.
    public struct Limits: Sendable {
        /// The largest body, as sent and after inflating: 64 MiB.
        public var body = 64 << 20
        /// The memory that the bodies of requests at work may take together.
        public var bodiesTogether = 256 << 20
        /// The memory that answers on their way may take together, small ones apart.
        public var answersTogether = 128 << 20
        /// Requests at work at once.
        public var requestsAtWork = 1024
        /// How much of a refused body is read and thrown away, so that the connection stays usable.
        public var drain = 128 << 20
        /// Connections open at once.
        public var connections = 256
        /// Seconds a connection may be silent between two requests.
        public var idleSeconds: Int64 = 75
        /// Seconds without a byte inside a request.
        public var stallSeconds: Int64 = 15
        /// Seconds for a whole request, and for the client to take the answer.
        public var requestSeconds: Int64 = 60
        /// Seconds that requests at work get to finish at the end.
        public var shutdownSeconds: Int64 = 5

        /// Makes the usual limits.
        public init() {}
    }

    /// Makes options.
    public init(
        host: String = "127.0.0.1", port: Int = 4318, grpc: SocketPlace? = nil, key: String? = nil,
        hostNames: Set<String> = [], origins: Set<String> = [], limits: Limits = Limits()
    ) {
        self.address = SocketPlace(host: host, port: port)
        self.grpc = grpc
        self.key = key
        self.hostNames = hostNames
        self.origins = origins
        self.limits = limits
    }

    /// Throws when an address is open to others and there is no key.
    func check() throws(IngestError) {
        for address in [address, grpc].compactMap({ $0 }) {
            guard address.isLoopback || !(key ?? "").isEmpty else {
                throw .badAddress("\(address) can be reached from other machines: give a key, or listen on 127.0.0.1")
            }
        }
    }

    func rules(at address: SocketPlace) -> RequestGate.Rules {
        RequestGate.Rules(
            isLoopback: address.isLoopback, key: (key ?? "").isEmpty ? nil : key,
            hosts: Set(hostNames.map { $0.lowercased() }), origins: Set(origins.map { $0.lowercased() }),
            drainLimit: limits.drain)
    }
}

extension HTTPOptions.Limits {
    var patience: RequestMachine.Patience {
        RequestMachine.Patience(
            idle: .seconds(idleSeconds), stall: .seconds(stallSeconds), request: .seconds(requestSeconds))
    }

    var shutdownGrace: TimeAmount { .seconds(shutdownSeconds) }
}
