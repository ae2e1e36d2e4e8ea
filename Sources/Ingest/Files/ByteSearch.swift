internal import Glibc

/// Where that byte first stands, by the C library's vectorised search.
func findByte(_ byte: UInt8, _ bytes: UnsafeRawPointer, _ count: Int) -> Int? {
    memchr(bytes, Int32(byte), count).map { UnsafeRawPointer($0) - bytes }
}
