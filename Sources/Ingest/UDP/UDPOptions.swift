/// Where and how the UDP listener works. It listens on loopback only (docs/wire.md): datagrams carry no key.
public struct UDPOptions: Hashable, Sendable {
    /// A loopback name or address.
    public var host: String
    /// The port; 0 takes any that is free.
    public var port: Int
    /// Bytes asked of the kernel for the receive buffer. `net.core.rmem_max` may give less; the health says how much.
    public var receiveBuffer: Int
    /// Bytes of datagrams that may wait for the decoder; what comes beyond is dropped and counted.
    public var queueBytes: Int
    /// The folder of spill files; `nil` for the usual one (`SpillEnvelope`).
    public var spillFolder: String?

    /// Makes options.
    public init(
        host: String = "127.0.0.1", port: Int = 4319, receiveBuffer: Int = 4 << 20, queueBytes: Int = 128 << 20,
        spillFolder: String? = nil
    ) {
        self.host = host
        self.port = port
        self.receiveBuffer = receiveBuffer
        self.queueBytes = queueBytes
        self.spillFolder = spillFolder
    }

    /// `127.0.0.1:4319`.
    public var address: String { SocketPlace(host: host, port: port).description }
}
