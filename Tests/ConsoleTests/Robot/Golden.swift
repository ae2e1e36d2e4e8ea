import Foundation
import Testing

/// Screens as plain text in the folder Golden. With FALLOM_RECORD_GOLDEN=1 in the environment they are written instead of
/// compared; read what was written before it is kept.
enum Golden {
    static func check(_ screen: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Golden")
        let file = folder.appendingPathComponent(name + ".txt")
        if ProcessInfo.processInfo.environment["FALLOM_RECORD_GOLDEN"] == "1" {
            try Data((screen + "\n").utf8).write(to: file)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(
            screen + "\n" == expected, "the screen differs from Golden/\(name).txt:\n\(screen)",
            sourceLocation: sourceLocation)
    }
}
