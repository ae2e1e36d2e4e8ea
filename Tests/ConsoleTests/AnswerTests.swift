import Foundation
import Testing
import TraceModel

@testable import Console

/// Twenty answers as models write them (and as an attacker would), each on the screen of its span: pictures in text at 80 and
/// 160 columns, nothing of them hidden, and the source behind the key that copies.
@Suite struct AnswerTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Answers")

    static let names: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".md") }
        .sorted()
        .map { String($0.dropLast(3)) }

    private static func source(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: name + ".md")), as: UTF8.self)
    }

    /// The span whose answer it is, with all of the screen for it, and room for all of it.
    private func robot(_ answer: String, width: Int) async throws -> Robot {
        var world = SampleWorld()
        world.call(
            "chat.completions", session: "answers", trace: "t1", id: "a1", at: 0, took: 1240, model: "gpt-4o",
            ttft: 310,
            tokens: (812, 143), nanoDollars: 3_500_000,
            said: ([SampleWorld.text("user", "Please.")], [SampleWorld.text("assistant", answer)]))
        let robot = try await Robot(width: width, height: 400, world: world)
        try await robot.press("k Enter z")
        return robot
    }

    @Test func `there are twenty`() { #expect(Self.names.count == 20) }

    @Test(arguments: names, [80, 160]) func `an answer looks as it was kept, and nothing of it is hidden`(
        name: String, width: Int
    ) async throws {
        let source = try Self.source(name)
        let robot = try await robot(source, width: width)
        let shown = robot.lines.dropLast().reversed().drop { $0.allSatisfy { $0 == " " } }.reversed()
        let screen = shown.joined(separator: "\n")
        try Golden.check(screen, "answer-\(name)-\(width)")
        let found = Self.counts(screen.unicodeScalars)
        for (scalar, count) in Self.expected(of: source) {
            let hex = String(scalar.value, radix: 16)
            #expect(found[scalar, default: 0] >= count, "\(name): \(scalar) U+\(hex) is hidden")
        }
        // Nothing that a terminal obeys.
        #expect(!screen.unicodeScalars.contains { Self.isObeyed($0) && $0 != "\n" })
    }

    @Test(arguments: names) func `copying gives the source, byte for byte`(name: String) async throws {
        let source = try Self.source(name)
        let robot = try await robot(source, width: 80)
        try await robot.press("Y")
        #expect(robot.copied.last?.utf8.elementsEqual(source.utf8) == true)
        try await robot.press("y")
        let all = try #require(robot.copied.last)
        #expect(Array(all.utf8).suffix(source.utf8.count).elementsEqual(source.utf8))
        #expect(all.hasPrefix("user:\nPlease.\n\nassistant:\n"))
        try await robot.press("M")
        robot.expect("texts as written")
    }

    private static func counts(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar: Int] {
        text.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Control characters, and those that turn round the order in which text is read.
    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
            || (0x2066...0x2069).contains(scalar.value)
    }

    /// Signs that mean a shape, which stands there instead of them.
    private static let marks = Set("#*_`>|-~:[]()!+\\&;<= \n\r\t".unicodeScalars)

    /// What of a character is in its cell, which has room for sixteen bytes: of a family the first members, and that it is one.
    private static func drawn(_ character: Character) -> [Unicode.Scalar] {
        guard character.utf8.count > 16 else { return Array(character.unicodeScalars) }
        return Array(character.unicodeScalars.prefix(1))
    }

    /// How often each sign of a text must be seen at least: what a terminal would obey as the sign that stands for it.
    private static func expected(of source: String) -> [Unicode.Scalar: Int] {
        let text = BinaryText.shortened(source).replacing("<br>", with: "").replacing("&lt;", with: "")
            .replacing("&amp;", with: "").replacing("&nbsp;", with: "").replacing("\r\n", with: "\n")
        let visible = text.flatMap(drawn).filter { !marks.contains($0) }.map { scalar -> Unicode.Scalar in
            guard isObeyed(scalar) else { return scalar }
            return scalar.value < 0x20
                ? Unicode.Scalar(0x2400 + scalar.value) ?? "?" : scalar.value == 0x7F ? "\u{2421}" : "\u{FFFD}"
        }
        return counts(visible)
    }
}
