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
