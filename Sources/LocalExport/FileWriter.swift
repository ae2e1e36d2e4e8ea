import SpanCodec
import SystemCalls

/// Appends lines to a file that other processes may append to and rename.
struct FileWriter: RecordWriter {
    private let path: String
    private let rotationBytes: Int?
    private let keptFiles: Int
    private var file: Descriptor?
    private var buffer: [UInt8] = []

    init(path: String, rotationBytes: Int?, keptFiles: Int) throws(LocalExportError) {
        self.path = path
        self.rotationBytes = rotationBytes
        self.keptFiles = max(0, keptFiles)
        do throws(SystemError) {
            _ = try opened()
        } catch {
            throw LocalExportError(.path, "'\(path)' cannot be opened for appending: \(error)")
        }
        guard FileFacts(at: path)?.kind != .pipe else {
            throw LocalExportError(.path, "'\(path)' is a pipe: name a file")
        }
    }

    mutating func write(_ records: [FallomRecord]) -> WriteOutcome {
        buffer.removeAll(keepingCapacity: true)
        for record in records {
            buffer.append(contentsOf: record.encoded())
            if buffer.last != UInt8(ascii: "\n") { buffer.append(UInt8(ascii: "\n")) }
        }
        var outcome = WriteOutcome()
        do throws(SystemError) {
            try append()
            outcome.delivered = records.count
        } catch {
            outcome.failed = records.count
            outcome.failure = "'\(path)' cannot be written: \(error)"
        }
        return outcome
    }

    mutating func close() {
        file = nil
    }
}

extension FileWriter {
    /// Appends the buffer as one piece: all of it is in the file afterwards, or none.
    private mutating func append() throws(SystemError) {
        var (file, start) = try lockCurrentFile()
        if let limit = rotationBytes, start > 0, start + Int64(buffer.count) > Int64(limit) {
            (file, start) = try rotate()
        }
        defer { file.unlock() }
        do throws(SystemError) {
            try file.writeAll(buffer)
        } catch {
            // A disk that filled up half way must not leave half a line for the next writer to continue.
            try? file.truncate(to: start)
            throw error
        }
    }

    /// Locks the file that the path names now, opening it anew when another process has renamed ours away. Its size.
    private mutating func lockCurrentFile() throws(SystemError) -> (file: Descriptor, size: Int64) {
        while true {
            let file = try opened()
            try file.lock()
            let facts = try file.facts()
            if FileFacts(at: path)?.identity == facts.identity { return (file, facts.size) }
            close()
        }
    }

    /// Renames the files one up and begins a new one, holding its lock. The old file's lock goes with its descriptor:
    /// whoever waits for it then sees that the path names another file.
    private mutating func rotate() throws(SystemError) -> (file: Descriptor, size: Int64) {
        if keptFiles == 0 {
            try Files.remove(path)
        } else {
            try Files.remove("\(path).\(keptFiles)")
            for number in stride(from: keptFiles - 1, to: 0, by: -1) {
                // One that is not there has nothing to make room for.
                try? Files.rename("\(path).\(number)", to: "\(path).\(number + 1)")
            }
            try Files.rename(path, to: "\(path).1")
        }
        close()
        return try lockCurrentFile()
    }

    private mutating func opened() throws(SystemError) -> Descriptor {
        if let file { return file }
        let file = try Descriptor.open(path, for: .appending)
        try endLastLine(of: file)
        self.file = file
        return file
    }

    /// A process that died while writing may have left a line without its end; ours must not continue it.
    private func endLastLine(of file: Descriptor) throws(SystemError) {
        let size = try file.facts().size
        guard size > 0, try file.read(1, at: size - 1) != [UInt8(ascii: "\n")] else { return }
        try file.writeAll([UInt8(ascii: "\n")])
    }
}
