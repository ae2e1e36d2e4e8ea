import SpanCodec

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Appends lines to a file that other processes may append to and rename.
struct FileWriter: BatchWriter {
    private let path: String
    private let rotationBytes: Int?
    private let keptFiles: Int
    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []

    init(path: String, rotationBytes: Int?, keptFiles: Int) throws(LocalExportError) {
        self.path = path
        self.rotationBytes = rotationBytes
        self.keptFiles = max(0, keptFiles)
        if let error = reopen() {
            throw LocalExportError(.path, "'\(path)' cannot be opened for appending: \(error.message)")
        }
    }

    mutating func write(_ records: [FallomRecord]) -> WriteOutcome {
        buffer.removeAll(keepingCapacity: true)
        for record in records {
            buffer.append(contentsOf: record.encoded())
            if buffer.last != UInt8(ascii: "\n") { buffer.append(UInt8(ascii: "\n")) }
        }
        var outcome = WriteOutcome()
        if let error = append() {
            outcome.failed = records.count
            outcome.failure = "'\(path)' cannot be written: \(error.message)"
        } else {
            outcome.delivered = records.count
        }
        return outcome
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

extension FileWriter {
    /// Appends the buffer as one piece: all of it is in the file afterwards, or none.
    private mutating func append() -> SystemError? {
        let (size, lockError) = lockCurrentFile()
        if let lockError { return lockError }
        var start = size
        if let limit = rotationBytes, size > 0, size + buffer.count > limit {
            if let error = rotate() { return error }
            start = 0
        }
        defer { flock(descriptor, LOCK_UN) }
        let descriptor = descriptor
        let (_, error) = buffer.withUnsafeBytes { SystemCalls.writeAll(descriptor, $0) }
        guard let error else { return nil }
        // A disk that filled up half way must not leave half a line for the next writer to continue.
        _ = ftruncate(descriptor, off_t(start))
        return error
    }

    /// Locks the file that the path names now, opening it anew when another process has renamed ours away. Its size.
    private mutating func lockCurrentFile() -> (size: Int, error: SystemError?) {
        while true {
            if descriptor < 0, let error = reopen() { return (0, error) }
            let descriptor = descriptor
            if case .failure(let error) = SystemCalls.retrying({ flock(descriptor, LOCK_EX) }) { return (0, error) }
            var ours = stat()
            var named = stat()
            guard fstat(descriptor, &ours) == 0 else { return (0, SystemError(code: errno)) }
            if stat(path, &named) == 0, named.st_ino == ours.st_ino, named.st_dev == ours.st_dev {
                return (Int(ours.st_size), nil)
            }
            close()
        }
    }

    /// Renames the files one up and begins a new one, holding its lock. The old file's lock goes with its descriptor:
    /// whoever waits for it then sees that the path names another file.
    private mutating func rotate() -> SystemError? {
        if keptFiles == 0 {
            unlink(path)
        } else {
            unlink("\(path).\(keptFiles)")
            for number in stride(from: keptFiles - 1, to: 0, by: -1) {
                rename("\(path).\(number)", "\(path).\(number + 1)")
            }
            guard rename(path, "\(path).1") == 0 else { return SystemError(code: errno) }
        }
        close()
        let (_, error) = lockCurrentFile()
        return error
    }

    private mutating func reopen() -> SystemError? {
        switch SystemCalls.open(path, O_RDWR | O_CREAT | O_APPEND, mode: 0o600) {
        case .success(let opened):
            descriptor = opened
            return endLastLine()
        case .failure(let error):
            return error
        }
    }

    /// A process that died while writing may have left a line without its end; ours must not continue it.
    private func endLastLine() -> SystemError? {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size > 0 else { return nil }
        var last: UInt8 = 0
        guard pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") else { return nil }
        return [UInt8(ascii: "\n")].withUnsafeBytes { SystemCalls.writeAll(descriptor, $0) }.error
    }
}
