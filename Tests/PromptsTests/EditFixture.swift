import Foundation
import Testing

/// A prompt before and after an edit, as people make them; the same pairs were shown to judges beside other tools.
struct EditFixture: Sendable, CustomTestStringConvertible {
    let name: String
    let before: String
    let after: String

    var testDescription: String { name }

    static let all: [EditFixture] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/edits")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".before.txt") }.sorted().compactMap { file in
            let name = String(file.dropLast(".before.txt".count))
            guard let before = try? String(contentsOf: folder.appending(path: file), encoding: .utf8),
                let after = try? String(contentsOf: folder.appending(path: name + ".after.txt"), encoding: .utf8)
            else { return nil }
            return EditFixture(name: name, before: before, after: after)
        }
    }()
}
