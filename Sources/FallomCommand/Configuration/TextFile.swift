import Glibc

/// Whole small files.
enum TextFile {
    /// The file's text; `nil` when there is none and it need not exist.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be read or is not UTF-8.
    static func read(_ path: String, mustExist: Bool = true) throws -> String? {
        guard let bytes = try bytes(path, mustExist: mustExist) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(path) is not UTF-8 text")
        }
        return text
    }

    /// The file's bytes; `nil` when there is none and it need not exist.
    static func bytes(_ path: String, mustExist: Bool = true) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT, !mustExist { return nil }
            throw CommandFailure.system("cannot read", path)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes.append(contentsOf: chunk[..<count])
            } else if errno != EINTR {
                throw CommandFailure.system("cannot read", path)
            }
        }
    }

    /// The names in a folder, in no order; none where there is no folder.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Whether there is a folder of that path.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether there is anything of that path.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}
