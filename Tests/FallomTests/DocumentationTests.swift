import Foundation
import Testing

/// What the documentation shows is code that compiles: every snippet stands in Sources/FallomExamples as well.
@Suite struct DocumentationTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let articles = [
        "Fallom", "GettingStarted", "WrappingYourOwnClient", "Delivery", "TheEndOfAProcess", "Privacy", "Testing",
        "SessionsInServers",
    ]

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The lines that hold something, without their indentation.
    private static func lines(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    @Test(arguments: articles) func `snippets of an article compile`(_ article: String) throws {
        let page = try Self.text("Sources/Fallom/Fallom.docc/\(article).md")
        let compiled = Self.lines(try Self.text("Sources/FallomExamples/Documentation/Articles.swift"))
        // A manifest is read, built and run by Tests/EndToEnd/light_consumer.py.
        for block in page.components(separatedBy: "```swift\n").dropFirst()
        where !block.hasPrefix("// swift-tools-version") {
            let snippet = Self.lines(block.components(separatedBy: "```")[0]).filter { !$0.hasPrefix("import ") }
            let isThere = compiled.indices.contains { compiled[$0...].starts(with: snippet) }
            #expect(isThere, "not in Articles.swift: \(snippet.joined(separator: "\n"))")
        }
    }

    @Test func `each call beside TypeScript's and Python's compiles`() throws {
        let page = try Self.text("Sources/Fallom/Fallom.docc/ComingFromTypeScriptAndPython.md")
        let compiled = try Self.text("Sources/FallomExamples/Documentation/SideBySide.swift")
        let calls = page.split(separator: "\n").filter { $0.hasPrefix("| ") && $0.hasSuffix("` |") }
            .compactMap { $0.split(separator: "|").last?.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
        #expect(calls.count > 25)
        for call in calls { #expect(compiled.contains(call), "not in SideBySide.swift: \(call)") }
    }

    @Test func `each option has a place in the initialiser`() throws {
        let source = try Self.text("Sources/Fallom/Client/FallomOptions.swift")
        let options = source.matches(of: /(?m)^    public var (\w+)/).map(\.1)
        #expect(options.count > 20)
        for option in options {
            #expect(source.contains("self.\(option) = \(option)\n"), "\(option) is in no initialiser")
        }
    }
}
