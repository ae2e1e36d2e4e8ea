#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// `close`, out of reach of members of that name.
func closeDescriptor(_ descriptor: Int32) {
    _ = close(descriptor)
}

/// `read`, out of reach of members of that name.
func readDescriptor(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}

/// `write`, out of reach of members of that name.
func writeDescriptor(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// The words for an error number.
func systemWords(_ code: Int32) -> String {
    String(cString: strerror(code))
}

/// How many files and sockets this process may have open at once.
enum DescriptorLimit {
    /// Raises the limit as far as the system lets this process, and says what it is then.
    ///
    /// The usual 1024 are for programs that wait with `select`, which knows no higher descriptor; this one does not. A
    /// folder of a thousand files would take them all, and leave none for connections and the store.
    static func raised() -> Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        var highest = limit
        highest.rlim_cur = limit.rlim_max
        if setrlimit(resource, &highest) == 0 { limit = highest }
        return Int(clamping: limit.rlim_cur)
    }

    /// What of a limit may go to files that are followed: the rest is for connections, the store and the system.
    static func forFiles(of limit: Int) -> Int { limit - min(limit / 2, 1024) }

    #if canImport(Glibc)
    private static var resource: __rlimit_resource_t { .init(RLIMIT_NOFILE.rawValue) }
    #else
    private static var resource: Int32 { Int32(RLIMIT_NOFILE) }
    #endif
}

extension stat {
    /// Seconds since 1970 of the last change of content.
    var modifiedSeconds: Int {
        #if canImport(Darwin)
        Int(st_mtimespec.tv_sec)
        #else
        Int(st_mtim.tv_sec)
        #endif
    }
}

/// What a folder holds.
enum FolderListing {
    /// The names in it, without `.` and `..`, in no order; `nil` when it cannot be read.
    static func names(in folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// Where that byte first stands, by the C library's vectorised search.
func findByte(_ byte: UInt8, _ bytes: UnsafeRawPointer, _ count: Int) -> Int? {
    memchr(bytes, Int32(byte), count).map { UnsafeRawPointer($0) - bytes }
}
