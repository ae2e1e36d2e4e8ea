import CNcurses
import CTerminal
import Cells
import Glibc
import Testing

/// The other end of a pty: what a terminal emulator sees, and as much of one as ncurses uses with xterm-256color.
final class TestTerminal {
    let master: Int32
    let slave: Int32
    private(set) var screen: EmulatedScreen
    /// Everything that was sent, for looking at sequences.
    private(set) var sent: [UInt8] = []

    init(columns: Int, rows: Int) throws {
        var ends: (master: Int32, slave: Int32) = (-1, -1)
        try #require(fallom_terminal_pair(&ends.master, &ends.slave) == 0)
        (master, slave) = ends
        screen = EmulatedScreen(columns: columns, rows: rows)
        resize(columns: columns, rows: rows)
    }

    deinit {
        close(master)
        close(slave)
    }

    func resize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        screen.resize(columns: columns, rows: rows)
    }

    /// Whether a folder of compiled terminfo entries that Debian uses has one of that name.
    static func isKnown(_ term: String) -> Bool {
        ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"].contains { folder in
            access("\(folder)/\(term.prefix(1))/\(term)", R_OK) == 0
        }
    }

    var settings: [UInt8] {
        var settings = termios()
        tcgetattr(slave, &settings)
        return withUnsafeBytes(of: &settings) { Array($0) }
    }

    /// Reads all that was sent since the last call, draws it, and returns how many bytes it was. Frames can be larger than
    /// the pty's buffer, so `body` runs while the reading goes on.
    func receive(_ body: () -> Void) -> Int {
        let before = sent.count
        let reader = PipeReader(descriptor: master)
        body()
        let bytes = reader.finish(slave: slave)
        sent += bytes
        screen.feed(bytes)
        return sent.count - before
    }

    func type(_ text: String) {
        var bytes = Array(text.utf8)
        _ = write(master, &bytes, bytes.count)
    }

    func hasSent(_ text: String) -> Bool { !String(decoding: sent, as: UTF8.self).ranges(of: text).isEmpty }
}

/// Reads a descriptor on a thread until a mark arrives.
private final class PipeReader {
    private final class Box: @unchecked Sendable {
        // Written by the thread, read after it was joined.
        var bytes: [UInt8] = []
        let descriptor: Int32

        init(_ descriptor: Int32) {
            self.descriptor = descriptor
        }
    }

    private static let mark = Array("\u{1B}_end\u{1B}\\".utf8)
    private let box: Box
    private var thread = pthread_t()

    init(descriptor: Int32) {
        box = Box(descriptor)
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let box = Unmanaged<Box>.fromOpaque(context).takeUnretainedValue()
                var buffer = [UInt8](repeating: 0, count: 65536)
                while !box.bytes.suffix(PipeReader.mark.count).elementsEqual(PipeReader.mark) {
                    let count = read(box.descriptor, &buffer, buffer.count)
                    guard count > 0 else { break }
                    box.bytes += buffer[..<count]
                }
                return nil
            }, Unmanaged.passUnretained(box).toOpaque())
    }

    func finish(slave: Int32) -> [UInt8] {
        _ = PipeReader.mark.withUnsafeBytes { write(slave, $0.baseAddress, $0.count) }
        pthread_join(thread, nil)
        return box.bytes.suffix(PipeReader.mark.count).elementsEqual(PipeReader.mark)
            ? Array(box.bytes.dropLast(PipeReader.mark.count)) : box.bytes
    }
}
