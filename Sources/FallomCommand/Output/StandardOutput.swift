import Cells
import OrderedJSON
import Synchronization
import SystemCalls

/// The reader of our output is gone: the command ends without a word.
struct OutputClosed: Error {}

/// Standard output, buffered: lines leave together, or at once where somebody watches.
///
/// A full disk is reported as a failure; a closed pipe ends the command quietly.
final class StandardOutput: Sendable {
    private let buffer = Mutex<[UInt8]>([])
    private let descriptor: Descriptor
    private let flushesEachLine: Bool
    private let isTerminal: Bool
    private static let capacity = 1 << 16

    /// - Parameters:
    ///   - descriptor: Where to write.
    ///   - flushesEachLine: Whether a line leaves as soon as it is whole (a live command).
    init(descriptor: Descriptor = .standardOutput, flushesEachLine: Bool = false) {
        self.descriptor = descriptor
        self.flushesEachLine = flushesEachLine
        isTerminal = descriptor.isTerminal
    }

    /// Writes `text` for people, made harmless where it was put together, and a newline.
    func line(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Writes a line of data and a newline: as it is into a file or pipe, harmless to a terminal.
    func line(_ bytes: [UInt8]) throws {
        try write(isTerminal ? harmlessData(bytes) : bytes)
    }

    /// Writes all that a command has to say: its documents, one a line, where JSON is wanted, else its lines for people.
    static func print<Documents: Sequence>(
        json isWanted: Bool, _ documents: @autoclosure () throws -> Documents,
        _ lines: @autoclosure () throws -> [String]
    ) throws where Documents.Element == JSONValue {
        let output = StandardOutput()
        if isWanted {
            for document in try documents() { try output.line(document.compactBytes) }
        } else {
            for line in try lines() { try output.line(line) }
        }
        try output.flush()
    }

    /// Writes the one line that a command has to say.
    static func print(_ line: String) throws {
        try print(json: false, EmptyCollection(), [line])
    }

    private func write(_ bytes: [UInt8]) throws {
        try buffer.withLock { held in
            held.append(contentsOf: bytes)
            held.append(UInt8(ascii: "\n"))
            if flushesEachLine || held.count >= Self.capacity { try Self.drain(&held, into: descriptor) }
        }
    }

    /// Writes a piece of a line at once, past what is held: for an answer that is watched while it comes.
    static func piece(_ text: String) {
        // A reader that is gone is told of by the next line.
        try? Descriptor.standardOutput.writeAll(Array(text.utf8))
    }

    /// Sends what is held.
    func flush() throws {
        try buffer.withLock { try Self.drain(&$0, into: descriptor) }
    }

    private static func drain(_ held: inout [UInt8], into descriptor: Descriptor) throws {
        let bytes = held
        held.removeAll(keepingCapacity: true)
        do throws(SystemError) {
            try descriptor.writeAll(bytes)
        } catch {
            if error.isBrokenPipe { throw OutputClosed() }
            throw CommandFailure.system("cannot write to", "standard output", error)
        }
    }
}

/// Standard error: reports, warnings, progress.
enum StandardError {
    /// Writes `text` as it is, at once; what cannot be written is lost, as there is nowhere left to say it.
    static func write(_ text: String) {
        try? Descriptor.standardError.writeAll(Array(text.utf8))
    }

    /// Writes a line that starts with the program's name. What it quotes is made harmless.
    static func line(_ text: String) {
        write("fallom: \(harmlessLines(text))\n")
    }

    /// Whether standard error is a terminal.
    static var isTerminal: Bool { Descriptor.standardError.isTerminal }
}
