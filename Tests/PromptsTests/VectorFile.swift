import Foundation
import OrderedJSON

/// Golden vectors, one JSON object a line: those of the fixtures, or of the folder that `FALLOM_VECTORS` names.
enum VectorFile {
    static func lines(_ name: String) throws -> [JSONValue] {
        try String(decoding: Data(contentsOf: url(name)), as: UTF8.self)
            .split(separator: "\n").map { try JSONValue(parsing: String($0), allowsLoneSurrogates: true) }
    }

    static func url(_ name: String) -> URL {
        if let folder = ProcessInfo.processInfo.environment["FALLOM_VECTORS"] {
            return URL(filePath: folder).appending(path: name)
        }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/vectors/\(name)")
    }
}
