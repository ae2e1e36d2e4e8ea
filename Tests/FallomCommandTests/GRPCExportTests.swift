import Glibc
import SystemCalls
import Testing

@testable import FallomCommand

@Suite(.timeLimit(.minutes(1))) struct GRPCExportTests {
    /// A port that takes connections and says nothing.
    private final class Silent: Sendable {
        let descriptor: Int32
        let port: Int

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = descriptor
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && listen(descriptor, 5) == 0
                        && getsockname(descriptor, $0, &length) == 0
                }
            }
            try #require(isBound)
            port = Int(UInt16(bigEndian: address.sin_port))
        }

        deinit { close(descriptor) }

        /// Waits for a connection and what it says first.
        func hear() async throws -> Int32 {
            let descriptor = descriptor
            return try await BlockingThread.run {
                let connection = accept(descriptor, nil, nil)
                var byte: UInt8 = 0
                _ = read(connection, &byte, 1)
                return connection
            }
        }

        /// Waits until the other side has hung up.
        func isLetGo(_ connection: Int32) async throws {
            try await BlockingThread.run {
                var bytes = [UInt8](repeating: 0, count: 4096)
                while read(connection, &bytes, bytes.count) > 0 {}
                close(connection)
            }
        }
    }

    @Test(arguments: [true, false])
    func `a call to a receiver that says nothing ends when it is called off`(isHeard: Bool) async throws {
        let silent = try Silent()
        let place = try #require(ListenAddress("127.0.0.1:\(silent.port)"))
        let work = Task { await GRPCExport.send([1, 2, 3], to: place, seconds: 3600) }
        let connection = isHeard ? try await silent.hear() : nil
        work.cancel()
        guard case .later = await work.value else {
            Issue.record("it was taken by nobody")
            return
        }
        if let connection { try await silent.isLetGo(connection) }
    }
}
