#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The few system calls the exporters need, with `EINTR` handled.
enum SystemCalls {
    /// The text of an error number.
    static func message(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }

    /// Opens a file that no child process inherits; the descriptor, or the error number as a failure.
    static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) -> Result<Int32, SystemError> {
        retrying { openFile(path, flags | O_CLOEXEC, mode_t(mode)) }
    }

    /// Writes all bytes or says how many were written before the failure.
    static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> (written: Int, error: SystemError?) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                return (written, SystemError(code: errno))
            }
            if count == 0 { return (written, SystemError(code: EIO)) }
            written += count
        }
        return (written, nil)
    }

    /// Calls until it is not interrupted.
    static func retrying(_ call: () -> Int32) -> Result<Int32, SystemError> {
        while true {
            let result = call()
            if result >= 0 { return .success(result) }
            if errno != EINTR { return .failure(SystemError(code: errno)) }
        }
    }

    private static func openFile(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
        #if canImport(Glibc)
        Glibc.open(path, flags, mode)
        #elseif canImport(Musl)
        Musl.open(path, flags, mode)
        #else
        Darwin.open(path, flags, mode)
        #endif
    }
}

/// An error number of the system.
struct SystemError: Error, Hashable {
    var code: Int32
    var message: String { SystemCalls.message(code) }
}
