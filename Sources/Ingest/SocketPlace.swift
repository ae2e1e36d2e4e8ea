internal import NIOCore

/// A host and a port, as people write them: `127.0.0.1:4318`, `[::1]:4318`.
public struct SocketPlace: Hashable, Sendable, CustomStringConvertible {
    /// A host name or address, without brackets.
    public var host: String
    /// The port; 0 takes any that is free.
    public var port: Int

    /// Makes an address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init(_ address: SocketAddress) {
        self.init(host: address.ipAddress ?? "?", port: address.port ?? 0)
    }

    /// `127.0.0.1:4318`.
    public var description: String { "\(bracketed):\(port)" }

    private var bracketed: String { host.contains(":") ? "[\(host)]" : host }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool { RequestGate.isLoopbackName(RequestGate.hostName(bracketed)) }
}
