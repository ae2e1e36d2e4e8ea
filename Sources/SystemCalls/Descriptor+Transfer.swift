#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Descriptor {
    /// Reads what there is, as much as fits; 0 at the end.
    public func read(into room: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retrying { systemRead(number, room.baseAddress, room.count) }
    }

    /// Reads what there is, up to `count` bytes; none at the end.
    public func read(upTo count: Int) throws(SystemError) -> [UInt8] {
        try filled(count) { room throws(SystemError) in try read(into: room) }
    }

    /// Reads `count` bytes from a place of a file; fewer only at its end.
    public func read(_ count: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
        try filled(count) { room throws(SystemError) in
            var got = 0
            while got < room.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: room[got...])
                let more = try retrying { pread(number, rest.baseAddress, rest.count, off_t(offset + Int64(got))) }
                if more == 0 { break }
                got += more
            }
            return got
        }
    }

    /// Reads to the end, but no more than `limit` bytes: one more than that means that there are more.
    public func readToEnd(limit: Int, expecting size: Int = 0) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(size, limit) + 1)
        while bytes.count <= limit {
            let room = min(limit + 1 - bytes.count, max(size + 1 - bytes.count, 1 << 16))
            let block = try waitingRead(upTo: room)
            if block.isEmpty { break }
            if bytes.isEmpty { bytes = block } else { bytes += block }
        }
        return bytes
    }

    private func waitingRead(upTo count: Int) throws(SystemError) -> [UInt8] {
        while true {
            do throws(SystemError) {
                return try read(upTo: count)
            } catch {
                guard error.wouldBlock else { throw error }
                _ = try Self.waitForInput([self])
            }
        }
    }

    private func filled(
        _ count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
    ) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            do throws(SystemError) {
                filled = try fill(
                    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[..<count]))
            } catch {
                filled = 0
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes some of the bytes; how many.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
        try retrying { systemWrite(number, bytes.baseAddress, bytes.count) }
    }

    /// Writes all bytes, waiting where the other end is slow.
    public func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            do throws(SystemError) {
                let count = try write(rest)
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } catch {
                guard error.wouldBlock else { throw error }
                try waitUntilWritable()
            }
        }
    }

    /// Writes all bytes, waiting where the other end is slow.
    public func writeAll(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { bytes throws(SystemError) in try writeAll(UnsafeRawBufferPointer(bytes)) }
    }

    /// Writes bytes at a place of a file.
    public func write(_ bytes: [UInt8], at offset: Int64) throws(SystemError) {
        try retrying { pwrite(number, bytes, bytes.count, off_t(offset)) }
    }

    /// Brings what was written to the disk.
    public func sync() throws(SystemError) {
        try retrying { fsync(number) }
    }

    /// Cuts a file off.
    public func truncate(to size: Int64) throws(SystemError) {
        try retrying { ftruncate(number, off_t(size)) }
    }

    /// Makes a file the user's alone.
    public func makePrivate() throws(SystemError) {
        try retrying { fchmod(number, 0o600) }
    }
}

/// `read` and `write`, out of reach of the members of those names.
private func systemRead(_ number: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(number, bytes, count)
}

private func systemWrite(_ number: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(number, bytes, count)
}
