internal import NIOCore

/// Where and how the HTTP listener works.
public struct HTTPOptions: Sendable {
    /// A host name or address; loopback unless somebody says otherwise.
    public var host: String
    /// The port; 0 takes any that is free.
    public var port: Int
    /// The key that clients must show (`Authorization: Bearer`). Needed on every address that is not loopback.
    public var key: String?
    /// Host names beside the loopback ones under which this receiver may be asked for.
    public var hostNames: Set<String>
    /// The bounds.
    public var limits: Limits

    /// Bounds on what clients may do.
    public struct Limits: Sendable {
        /// The largest body, as sent and after inflating: 64 MiB.
        public var body = 64 << 20
        /// The memory all bodies together may take.
        public var bodiesTogether = 256 << 20
        /// How much of a refused body is read and thrown away, so that the connection stays usable.
        public var drain = 128 << 20
        /// Connections open at once.
        public var connections = 256
        /// Seconds a connection may be silent between two requests.
        public var idleSeconds: Int64 = 75
        /// Seconds without a byte inside a request.
        public var stallSeconds: Int64 = 15
        /// Seconds for a whole request.
        public var requestSeconds: Int64 = 60
        /// Seconds that requests at work get to finish at the end.
        public var shutdownSeconds: Int64 = 5

        /// Makes the usual limits.
        public init() {}
    }

    /// Makes options.
    public init(
        host: String = "127.0.0.1", port: Int = 4318, key: String? = nil, hostNames: Set<String> = [],
        limits: Limits = Limits()
    ) {
        self.host = host
        self.port = port
        self.key = key
        self.hostNames = hostNames
        self.limits = limits
    }

    /// `127.0.0.1:4318`.
    public var address: String { Endpoint.text(host: host, port: port) }

    /// Whether only this machine can reach the address.
    public var isLoopback: Bool { RequestGate.isLoopbackName(RequestGate.hostName(bracketed)) }

    private var bracketed: String { host.contains(":") ? "[\(host)]" : host }

    /// Throws when the address is open to others and there is no key.
    func check() throws(IngestError) {
        guard isLoopback || !(key ?? "").isEmpty else {
            throw .badAddress("\(address) can be reached from other machines: give a key, or listen on 127.0.0.1")
        }
    }

    var rules: RequestGate.Rules {
        RequestGate.Rules(
            isLoopback: isLoopback, key: (key ?? "").isEmpty ? nil : key, hosts: Set(hostNames.map { $0.lowercased() }),
            bodyLimit: limits.body, drainLimit: limits.drain)
    }
}

extension HTTPOptions.Limits {
    var patience: ConnectionMachine.Patience {
        ConnectionMachine.Patience(
            idle: .seconds(idleSeconds), stall: .seconds(stallSeconds), request: .seconds(requestSeconds))
    }

    var shutdownGrace: TimeAmount { .seconds(shutdownSeconds) }
}

/// Addresses as people write them.
enum Endpoint {
    static func text(host: String, port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    static func text(of address: SocketAddress) -> String {
        text(host: address.ipAddress ?? "?", port: address.port ?? 0)
    }
}
