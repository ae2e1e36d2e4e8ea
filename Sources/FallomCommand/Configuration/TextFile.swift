import SystemCalls

/// Whole small files. Only plain ones are read: a pipe or a device could block for ever, or never end.
enum TextFile {
    /// The most bytes of a file that a person keeps: settings, a theme, a text in an editor.
    private static let keptLimit = 16 << 20
    /// The most bytes that a command takes in whole because it was told to.
    private static let inputLimit = 64 << 20

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
        // How people say "none".
        if path == "/dev/null" { return [] }
        do throws(FileRefusal) {
            return try PlainFile.read(path, limit: keptLimit)
        } catch {
            if error.isMissing, !mustExist { return nil }
            throw CommandFailure("cannot read \(path): \(error)")
        }
    }

    /// The bytes of a file that the command line names: `-` is standard input, and a pipe is read to its end.
    static func input(_ path: String) throws -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileRefusal) {
            switch FileFacts(at: path)?.kind {
            case _ where path == "-": bytes = try read(.standardInput)
            case .pipe, .device: bytes = try read(try opened(path))
            default: return try PlainFile.read(path, limit: inputLimit)
            }
            guard bytes.count <= inputLimit else { throw .tooLarge(limit: inputLimit) }
        } catch {
            throw CommandFailure("cannot read \(path == "-" ? "standard input" : path): \(error)")
        }
        return bytes
    }

    private static func opened(_ path: String) throws(FileRefusal) -> Descriptor {
        try FileRefusal.naming { () throws(SystemError) in try Descriptor.open(path, for: .reading) }
    }

    private static func read(_ descriptor: Descriptor) throws(FileRefusal) -> [UInt8] {
        try FileRefusal.naming { () throws(SystemError) in try descriptor.readToEnd(limit: inputLimit) }
    }

    /// The names in a folder, sorted; none where there is no folder that can be read.
    static func names(in folder: String) -> [String] {
        (try? Files.names(in: folder)) ?? []
    }
}
