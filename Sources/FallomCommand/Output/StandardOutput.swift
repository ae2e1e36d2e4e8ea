import Glibc
import Synchronization

/// The reader of our output is gone: the command ends without a word.
struct OutputClosed: Error {}

/// Standard output, buffered: lines leave together, or at once where somebody watches.
///
/// A full disk is reported as a failure; a closed pipe ends the command quietly.
final class StandardOutput: Sendable {
    private let buffer = Mutex<[UInt8]>([])
    private let descriptor: Int32
    private let flushesEachLine: Bool
    private static let capacity = 1 << 16

    /// - Parameters:
    ///   - descriptor: Where to write.
    ///   - flushesEachLine: Whether a line leaves as soon as it is whole (a live command).
    init(descriptor: Int32 = STDOUT_FILENO, flushesEachLine: Bool = false) {
        self.descriptor = descriptor
        self.flushesEachLine = flushesEachLine
    }

    /// Writes `text` and a newline.
    func line(_ text: String) throws {
        try line(Array(text.utf8))
    }

    /// Writes `bytes` and a newline.
    func line(_ bytes: [UInt8]) throws {
        try buffer.withLock { held in
            held.append(contentsOf: bytes)
            held.append(UInt8(ascii: "\n"))
            if flushesEachLine || held.count >= Self.capacity { try Self.drain(&held, into: descriptor) }
        }
    }

    /// Sends what is held.
    func flush() throws {
        try buffer.withLock { try Self.drain(&$0, into: descriptor) }
    }

    private static func drain(_ held: inout [UInt8], into descriptor: Int32) throws {
        var sent = 0
        while sent < held.count {
            let count = held.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
            }
            if count > 0 {
                sent += count
            } else if errno == EPIPE {
                held.removeAll()
                throw OutputClosed()
            } else if errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&request, 1, -1)
            } else if errno != EINTR {
                held.removeAll()
                throw CommandFailure.system("cannot write to", "standard output")
            }
        }
        held.removeAll(keepingCapacity: true)
    }
}

/// Standard error: reports, warnings, progress.
enum StandardError {
    /// Writes `text` as it is, at once; what cannot be written is lost, as there is nowhere left to say it.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(STDERR_FILENO, $0.baseAddress.map { $0 + sent }, $0.count - sent)
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Writes a line that starts with the program's name.
    static func line(_ text: String) {
        write("fallom: \(text)\n")
    }

    /// Whether standard error is a terminal.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
