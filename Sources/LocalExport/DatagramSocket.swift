import CSockets

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A UDP socket connected to a loopback address.
struct DatagramSocket: Sendable {
    private(set) var descriptor: Int32

    init(host: String, port: Int, sendBufferBytes: Int32) throws(LocalExportError) {
        guard let port = UInt16(exactly: port), port > 0 else {
            throw LocalExportError(.invalidAddress, "udp port \(port) is not between 1 and 65535")
        }
        let name = host == "localhost" ? "127.0.0.1" : host
        if let address = Self.ipv4(name, port) {
            descriptor = try Self.open(AF_INET, sendBufferBytes)
            try Self.connect(descriptor, to: address, host, port)
        } else if let address = Self.ipv6(name, port) {
            descriptor = try Self.open(AF_INET6, sendBufferBytes)
            try Self.connect(descriptor, to: address, host, port)
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
        let result = SystemCalls.retrying {
            fallom_send_datagrams(descriptor, bytes, lengths, UInt32(lengths.count))
        }
        switch result {
        case .success(let count): return (Int(count), nil)
        case .failure(let error): return (0, error)
        }
    }

    /// Waits at most 100 ms until the socket takes more.
    func waitUntilWritable() {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        #if canImport(Glibc)
        _ = Glibc.poll(&poll, 1, 100)
        #elseif canImport(Musl)
        _ = Musl.poll(&poll, 1, 100)
        #else
        _ = Darwin.poll(&poll, 1, 100)
        #endif
    }

    /// The error the system keeps for the socket, and forgets by telling.
    func takePendingError() -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno
    }

    mutating func close() {
        guard descriptor >= 0 else { return }
        #if canImport(Glibc)
        _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
        _ = Musl.close(descriptor)
        #else
        _ = Darwin.close(descriptor)
        #endif
        descriptor = -1
    }
}

extension DatagramSocket {
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

    private static func open(_ family: Int32, _ sendBufferBytes: Int32) throws(LocalExportError) -> Int32 {
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
            throw LocalExportError(.socket, "the system gives no UDP socket: \(SystemCalls.message(errno))")
        }
        var size = sendBufferBytes
        _ = setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    private static func connect<Address>(
        _ descriptor: Int32, to address: Address, _ host: String, _ port: UInt16
    ) throws(LocalExportError) {
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                #if canImport(Glibc)
                Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<Address>.size))
                #elseif canImport(Musl)
                Musl.connect(descriptor, pointer, socklen_t(MemoryLayout<Address>.size))
                #else
                Darwin.connect(descriptor, pointer, socklen_t(MemoryLayout<Address>.size))
                #endif
            }
        }
        guard result == 0 else {
            let reason = SystemCalls.message(errno)
            throw LocalExportError(.socket, "udp://\(host):\(port) cannot be reached: \(reason)")
        }
    }
}
