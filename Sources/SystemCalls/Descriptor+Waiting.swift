#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Descriptor {
    /// Waits until at least one of the descriptors can be read, or has ended.
    ///
    /// - Parameter milliseconds: the longest wait; without end where it is negative.
    /// - Returns: for each descriptor whether it has something to say; none has when the time is over.
    public static func waitForInput(
        _ descriptors: [Descriptor], milliseconds: Int32 = -1
    ) throws(SystemError) -> [Bool] {
        var requests = descriptors.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
        try retrying { poll(&requests, nfds_t(requests.count), milliseconds) }
        return requests.map { $0.revents != 0 }
    }

    /// Waits until the descriptor takes more; `false` when the time is over.
    @discardableResult
    public func waitUntilWritable(milliseconds: Int32 = -1) throws(SystemError) -> Bool {
        var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        return try retrying { poll(&request, 1, milliseconds) } > 0
    }
}

/// A pipe that ends a wait for something else.
public struct WakePipe: Sendable {
    /// What the waiter waits for besides.
    public let readEnd: Descriptor
    private let writeEnd: Descriptor

    /// Makes a pipe.
    public init() throws(SystemError) {
        (readEnd, writeEnd) = try Descriptor.pipe()
        for end in [readEnd, writeEnd] { _ = fcntl(end.number, F_SETFL, O_NONBLOCK) }
    }

    /// Wakes the waiter, now or when it next waits.
    public func wake() {
        // A full pipe wakes as well as one more byte would.
        try? writeEnd.writeSome([1])
    }
}

extension Descriptor {
    /// The two ends of a new pipe, which no child process inherits.
    public static func pipe() throws(SystemError) -> (reading: Descriptor, writing: Descriptor) {
        let ends = try systemPipe()
        for end in [ends.0, ends.1] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (Descriptor(owning: ends.0), Descriptor(owning: ends.1))
    }

    fileprivate func writeSome(_ bytes: [UInt8]) throws(SystemError) {
        _ = try bytes.withUnsafeBufferPointer { bytes throws(SystemError) in try write(UnsafeRawBufferPointer(bytes)) }
    }
}

/// `pipe`, out of reach of the member of that name.
private func systemPipe() throws(SystemError) -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    try retrying { pipe(&ends) }
    return (ends[0], ends[1])
}
