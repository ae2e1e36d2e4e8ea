import CSockets
import SystemCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A UDP socket connected to a loopback address.
struct SendingSocket: Sendable {
    private var descriptor: Descriptor?

    init(host: String, port: Int, sendBufferBytes: Int32) throws(LocalExportError) {
        guard let port = UInt16(exactly: port), port > 0 else {
            throw LocalExportError(.invalidAddress, "udp port \(port) is not between 1 and 65535")
        }
        let name = host == "localhost" ? "127.0.0.1" : host
        if let address = Self.ipv4(name, port) {
            let opened = try Self.open(AF_INET, sendBufferBytes)
            descriptor = opened
            try Self.connect(opened, to: address, host, port)
        } else if let address = Self.ipv6(name, port) {
            let opened = try Self.open(AF_INET6, sendBufferBytes)
            descriptor = opened
            try Self.connect(opened, to: address, host, port)
        } else {
            throw LocalExportError(
                .notLoopback,
                "udp host '\(host)' is no loopback address: spans go unencrypted, so use 127.0.0.1 or ::1, "
                    + "and https for another machine")
        }
    }

    /// Sends the datagrams that stand one after the other in `bytes`, each as long as `lengths` says. Returns how many
    /// went out, and the error that stopped it when the first did not.
    func send(_ bytes: [UInt8], lengths: [Int]) -> (sent: Int, error: SystemError?) {
        guard let descriptor else { return (0, SystemError(code: EBADF)) }
        do throws(SystemError) {
            return (
                Int(try retrying { fallom_send_datagrams(descriptor.number, bytes, lengths, UInt32(lengths.count)) }),
                nil
            )
        } catch {
            return (0, error)
        }
    }

    /// Waits at most 100 ms until the socket takes more.
    func waitUntilWritable() {
        _ = try? descriptor?.waitUntilWritable(milliseconds: 100)
    }

    /// The error the system keeps for the socket, and forgets by telling.
    func takePendingError() -> SystemError {
        guard let descriptor else { return SystemError(code: EBADF) }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let isTold = getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &code, &size) == 0
        return isTold ? SystemError(code: code) : .last
    }

    mutating func close() {
        descriptor = nil
    }
}

extension SendingSocket {
    private static func ipv4(_ text: String, _ port: UInt16) -> sockaddr_in? {
        var address = sockaddr_in()
        guard inet_pton(AF_INET, text, &address.sin_addr) == 1 else { return nil }
        guard UInt32(bigEndian: address.sin_addr.s_addr) >> 24 == 127 else { return nil }
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return address
    }

    private static func ipv6(_ text: String, _ port: UInt16) -> sockaddr_in6? {
        var address = sockaddr_in6()
        guard inet_pton(AF_INET6, text, &address.sin6_addr) == 1 else { return nil }
        let isLoopback = withUnsafeBytes(of: address.sin6_addr) { bytes in
            bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        }
        guard isLoopback else { return nil }
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        return address
    }

    private static func open(_ family: Int32, _ sendBufferBytes: Int32) throws(LocalExportError) -> Descriptor {
        #if canImport(Darwin)
        let descriptor = socket(family, SOCK_DGRAM, 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        #elseif canImport(Musl)
        let descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
        #else
        let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | flags, 0)
        #endif
        guard descriptor >= 0 else {
            throw LocalExportError(.socket, "the system gives no UDP socket: \(SystemError.last)")
        }
        var size = sendBufferBytes
        _ = setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        return Descriptor(owning: descriptor)
    }

    private static func connect<Address>(
        _ descriptor: Descriptor, to address: Address, _ host: String, _ port: UInt16
    ) throws(LocalExportError) {
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                systemConnect(descriptor.number, pointer, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else {
            throw LocalExportError(.socket, "udp://\(host):\(port) cannot be reached: \(SystemError.last)")
        }
    }
}

/// `connect`, out of reach of the member of that name.
private func systemConnect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32 {
    connect(descriptor, address, size)
}
