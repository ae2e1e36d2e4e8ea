import Display
import Glibc
import SystemCalls

/// Whether the ports can be listened on and the kernel's buffers are large enough.
struct ListenerCheck {
    let settings: Settings

    var findings: [Finding] {
        guard settings.listens else {
            return [Finding("listeners", .warning, "off (--no-listen, or 'listen: false' in the configuration)")]
        }
        return [
            port("http", settings.http, SOCK_STREAM.rawValue, option: "--http"),
            port("grpc", settings.grpc, SOCK_STREAM.rawValue, option: "--grpc"),
            port("udp", settings.udp, SOCK_DGRAM.rawValue, option: "--udp"), buffer,
        ]
    }

    private func port(_ subject: String, _ endpoint: ListenAddress, _ type: UInt32, option: String) -> Finding {
        switch Self.bindError(endpoint, type) {
        case nil: return Finding(subject, .good, "\(endpoint) is free")
        case EADDRINUSE:
            return Finding(
                subject, .warning, "\(endpoint) is in use",
                advice: "If that is another fallom, this one reads its store. Else: \(option) \(endpoint.host):0.")
        case .some(let code):
            return Finding(
                subject, .bad, "\(endpoint): \(SystemError(code: code))", advice: "Choose another with \(option).")
        }
    }

    /// Binds for a moment; `nil` when it works. A name that cannot be resolved is an address not available.
    private static func bindError(_ endpoint: ListenAddress, _ type: UInt32) -> Int32? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(type)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(endpoint.host, String(endpoint.port), &hints, &list) == 0, let address = list?.pointee else {
            return EADDRNOTAVAIL
        }
        defer { freeaddrinfo(list) }
        let opened = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard opened >= 0 else { return errno }
        let socket = Descriptor(owning: opened)
        if type == SOCK_STREAM.rawValue {
            // As the listener does: a port in TIME_WAIT is free.
            var yes: Int32 = 1
            setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        return bind(socket.number, address.ai_addr, address.ai_addrlen) == 0 ? nil : errno
    }

    private var buffer: Finding {
        let wanted = 4 << 20
        guard let text = try? TextFile.read("/proc/sys/net/core/rmem_max"),
            let most = Int(text.split(whereSeparator: \.isWhitespace).first ?? "")
        else { return Finding("udp buffer", .warning, "the kernel does not say how large it may be") }
        if most >= wanted { return Finding("udp buffer", .good, "up to \(Figure.bytes(most))") }
        return Finding(
            "udp buffer", .warning,
            "at most \(Figure.bytes(most)): bursts of datagrams may be lost (the console counts them)",
            advice: "sudo sysctl -w net.core.rmem_max=\(wanted)")
    }
}
