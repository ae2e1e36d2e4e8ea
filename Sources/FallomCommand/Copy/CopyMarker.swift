import OrderedJSON
import SystemCalls
import TraceModel

/// How far a copy came that was cut off, in a file of the state folder.
struct CopyMarker: Sendable {
    /// The last span that is over, and how many were.
    struct Mark: Hashable, Sendable {
        var key: SpanKey
        var spans: Int
    }

    let path: String

    func read() -> Mark? {
        guard let text = try? TextFile.read(path, mustExist: false),
            let json = try? JSONValue(parsing: Array(text.utf8), maxDepth: 4), let trace = json["trace_id"]?.string,
            let span = json["span_id"]?.string, let spans = json["spans"]?.int
        else { return nil }
        return Mark(key: SpanKey(traceID: trace, spanID: span), spans: spans)
    }

    func write(_ mark: Mark) throws {
        let text = JSONValue.object([
            "trace_id": .string(mark.key.traceID), "span_id": .string(mark.key.spanID), "spans": .number(mark.spans),
        ]).compactBytes
        try CommandFailure.telling("cannot write", path) {
            try Files.makeFolders(Files.folder(of: path))
            let file = try Descriptor.open(path + ".new", for: .replacing)
            try file.writeAll(text)
            try Files.rename(path + ".new", to: path)
        }
    }

    func remove() {
        _ = try? Files.remove(path)
    }
}
