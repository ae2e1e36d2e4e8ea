import Cells
import SystemCalls

/// A file a command writes because it was named on the command line.
enum OutputFile {
    /// Makes the folder that the file is to stand in, the user's alone, and those above it.
    ///
    /// - Throws: ``CommandFailure`` that names the folder.
    static func makeFolder(for path: String) throws {
        let folder = Files.folder(of: path)
        try CommandFailure.telling("cannot make the folder", folder) { try Files.makeFolders(folder) }
    }

    /// Writes the file anew, in the place of one that is there; `-` is standard output.
    ///
    /// - Throws: ``CommandFailure`` that names the path.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do throws(SystemError) {
            let file =
                path == "-" ? .standardOutput : try Descriptor.open(path, for: .replacing, permissions: 0o644)
            try file.writeAll(file.isTerminal ? harmlessData(bytes) : bytes)
        } catch {
            if error.isBrokenPipe { throw OutputClosed() }
            throw CommandFailure.system("cannot write", path, error)
        }
    }
}
