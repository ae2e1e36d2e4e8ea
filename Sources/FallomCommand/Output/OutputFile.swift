import Glibc

/// A file a command writes because it was named on the command line.
enum OutputFile {
    /// Makes the folder that the file is to stand in, the user's alone, and those above it.
    ///
    /// - Throws: ``CommandFailure`` that names the folder.
    static func makeFolder(for path: String) throws {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let folder = String(path[..<slash])
        guard !TextFile.isFolder(folder) else { return }
        try makeFolder(for: folder)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw CommandFailure.system("cannot make the folder", folder)
        }
    }

    /// Writes the file anew, in the place of one that is there; `-` is standard output.
    ///
    /// - Throws: ``CommandFailure`` that names the path.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = path == "-" ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure.system("cannot write", path) }
        defer { if path != "-" { close(descriptor) } }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
            }
            if count > 0 {
                sent += count
            } else if errno == EPIPE {
                throw OutputClosed()
            } else if errno != EINTR {
                throw CommandFailure.system("cannot write", path)
            }
        }
    }
}
