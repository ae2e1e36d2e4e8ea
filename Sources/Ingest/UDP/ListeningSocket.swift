internal import CSockets
internal import Glibc
internal import SystemCalls

/// A bound UDP socket on loopback that does not block.
struct ListeningSocket: Sendable {
    let descriptor: Descriptor
    /// The port it is bound to.
    let port: Int
    /// The receive buffer the kernel gave, in bytes.
    let receiveBuffer: Int

    init(_ options: UDPOptions) throws(IngestError) {
        guard let address = Self.loopbackAddress(options.host) else {
            throw .badAddress("UDP listens on loopback only, not on \(options.host): use 127.0.0.1")
        }
        guard var port = UInt16(exactly: options.port) else {
            throw .badAddress("\(options.port) is no port number")
        }
        do throws(SystemError) {
            let opened = try retrying {
                switch address {
                case .v4(let value): fallom_open_loopback_udp(0, value, &port)
                case .v6: fallom_open_loopback_udp(1, 0, &port)
                }
            }
            descriptor = Descriptor(owning: opened)
        } catch {
            throw error.code == EADDRINUSE
                ? .portTaken(options.address) : .system("\(options.address) cannot be bound", error)
        }
        self.port = Int(port)
        receiveBuffer = Self.setReceiveBuffer(of: descriptor.number, options.receiveBuffer)
        _ = fallom_request_drop_counts(descriptor.number)
    }

    /// Datagrams the kernel dropped since the socket was opened; `nil` where it cannot tell.
    var kernelDrops: Int? {
        let count = fallom_drop_count(descriptor.number)
        return count < 0 ? nil : Int(count)
    }

    private enum Address {
        case v4(UInt32)
        case v6
    }

    private static func loopbackAddress(_ host: String) -> Address? {
        let name = RequestGate.hostName(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host)
        if name == "localhost" { return .v4(0x7F00_0001) }
        if name == "::1" { return .v6 }
        guard RequestGate.isLoopbackName(name) else { return nil }
        let parts = name.split(separator: ".").compactMap { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return .v4(parts.reduce(0) { $0 << 8 | UInt32($1) })
    }

    private static func setReceiveBuffer(of descriptor: Int32, _ wanted: Int) -> Int {
        var size = Int32(clamping: wanted)
        let length = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, length)
        var given: Int32 = 0
        var givenLength = length
        getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &given, &givenLength)
        // Linux doubles what was asked for, to make room for its own book-keeping, and reports the double.
        return Int(given) / 2
    }
}
