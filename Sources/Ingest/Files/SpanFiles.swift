internal import SystemCalls

/// Which files a path means.
enum SpanFiles {
    /// The path itself where it is a file; the span files in it, by name, where it is a folder; nothing where there is
    /// nothing.
    static func paths(at path: String) -> [String] {
        guard let facts = FileFacts(at: path) else { return [] }
        guard facts.kind == .folder else { return [path] }
        let names = ((try? Files.names(in: path)) ?? []).filter(isSpanFile)
        let base = path.utf8.last == UInt8(ascii: "/") ? path : path + "/"
        return names.map { base + $0 }
    }

    /// Whether a file in a folder is taken: `.ndjson`, `.jsonl`, and `.gz` of anything, but nothing hidden.
    static func isSpanFile(_ name: String) -> Bool {
        guard name.utf8.first != UInt8(ascii: ".") else { return false }
        return [".ndjson", ".jsonl", ".gz"].contains { name.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    /// What to say of a folder that has files, and none of them a span file; `nil` of an empty one.
    static func complaint(ofFolder path: String) -> String? {
        let names = ((try? Files.names(in: path)) ?? []).filter { $0.utf8.first != UInt8(ascii: ".") }
        guard !names.isEmpty else { return nil }
        return "\(path) has no span file: of a folder .ndjson, .jsonl and .gz are read, and it has "
            + names.prefix(3).joined(separator: ", ") + "; a file that is named is read whatever it is called"
    }

    /// The folder and the last name of a path.
    static func split(_ path: String) -> (folder: String, name: String)? {
        let bytes = Array(path.utf8)
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let name = String(decoding: bytes[(slash + 1)...], as: UTF8.self)
        guard !name.isEmpty else { return nil }
        return (slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self), name)
    }

    /// The folder whose names decide what the path is: itself, its parent, or the nearest one above that exists.
    static func folderToWatch(for path: String) -> String {
        var candidate = path
        while candidate.utf8.count > 1, candidate.utf8.last == UInt8(ascii: "/") { candidate.removeLast() }
        while true {
            if Files.isFolder(candidate) { return candidate }
            guard candidate != ".", candidate != "/", let (folder, _) = split(candidate) else { return "." }
            candidate = folder
        }
    }
}
