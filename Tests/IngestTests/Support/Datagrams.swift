import Glibc
import Testing

/// Sends datagrams to a port on this machine.
final class DatagramSender {
    private let descriptor: Int32
    private let address: UnsafeMutablePointer<addrinfo>

    init(port: Int) throws {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST
        var list: UnsafeMutablePointer<addrinfo>?
        try #require(getaddrinfo("127.0.0.1", "\(port)", &hints, &list) == 0)
        address = try #require(list)
        descriptor = socket(AF_INET, address.pointee.ai_socktype, 0)
        try #require(descriptor >= 0)
    }

    deinit {
        freeaddrinfo(address)
        close(descriptor)
    }

    func send(_ bytes: [UInt8]) {
        let count = sendto(descriptor, bytes, bytes.count, 0, address.pointee.ai_addr, address.pointee.ai_addrlen)
        #expect(count == bytes.count)
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }
}

/// A folder for one test, gone afterwards.
final class ScratchFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/fallom-ingest-tests-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        guard let stream = opendir(path) else {
            unlink(path)
            return
        }
        defer {
            closedir(stream)
            rmdir(path)
        }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { remove(path + "/" + name) }
        }
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file anew.
    func write(_ name: String, _ bytes: [UInt8]) {
        put(name, bytes, O_WRONLY | O_CREAT | O_TRUNC)
    }

    func write(_ name: String, _ text: String) {
        write(name, Array(text.utf8))
    }

    /// Adds to a file.
    func append(_ name: String, _ bytes: [UInt8]) {
        put(name, bytes, O_WRONLY | O_CREAT | O_APPEND)
    }

    func append(_ name: String, _ text: String) {
        append(name, Array(text.utf8))
    }

    func move(_ name: String, to other: String) {
        #expect(rename(file(name), file(other)) == 0)
    }

    func makeFolder(_ name: String, mode: mode_t = 0o700) {
        #expect(mkdir(file(name), mode) == 0)
    }

    func has(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

    private func put(_ name: String, _ bytes: [UInt8], _ flags: Int32) {
        let descriptor = open(file(name), flags, 0o600)
        #expect(descriptor >= 0)
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                Issue.record("\(name) cannot be written")
                return
            }
            done += count
        }
    }
}
