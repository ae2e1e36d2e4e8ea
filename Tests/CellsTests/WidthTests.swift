import Foundation
import Testing

@testable import Cells

/// Lines of a file beside this one, split at spaces.
func fixture(_ name: String) throws -> [[String]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    return text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
}

struct WidthTests {
    /// Characters we count otherwise, on purpose.
    private static func isOurs(_ scalar: UInt32) -> Bool {
        switch scalar {
        // Half of a flag: terminals draw the letter, one column; two of them make two.
        case 0x1F1E6...0x1F1FF: return true
        // The Hangul filler is shown as a dot, for it can hide text.
        case 0x115F: return true
        // Wide since Unicode 16, narrow in the C libraries of today: trigrams, hexagrams, counting rods.
        case 0x2630...0x2637, 0x268A...0x268F, 0x4DC0...0x4DFF, 0x1D300...0x1D356, 0x1D360...0x1D376: return true
        // Tone marks that Unicode gives two columns of their own.
        case 0x302E...0x302F, 0x16FF0...0x16FF1: return true
        default: return false
        }
    }

    @Test func `single characters are as wide as wcwidth counts them`() throws {
        var different: [String] = []
        var compared = 0
        for line in try fixture("widths.txt") {
            let first = try #require(UInt32(line[0], radix: 16))
            let last = try #require(UInt32(line[1], radix: 16))
            // What has no width of its own is shown as a sign or on a dotted circle.
            let width = max(1, try #require(Int(line[2])))
            for value in first...last where !WidthTests.isOurs(value) {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let ours = displayWidth(of: Character(scalar))
                compared += 1
                if ours != width { different.append("U+\(String(value, radix: 16)) is \(ours), not \(width)") }
            }
        }
        #expect(compared > 140_000)
        #expect(different == [])
    }

    @Test func `emoji sequences and joined letters are as wide as wcwidth counts them`() throws {
        for line in try fixture("sequences.txt") {
            var text = ""
            for hex in line.dropFirst() {
                let value = try #require(UInt32(hex, radix: 16))
                text.unicodeScalars.append(try #require(Unicode.Scalar(value)))
            }
            // Flags of regions are spelled in tags, which are never drawn unseen.
            if text.unicodeScalars.contains(where: { (0xE0000...0xE007F).contains($0.value) }) { continue }
            #expect(displayWidth(of: text) == Int(line[0]), "\(line)")
        }
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("日本語", 6), ("e\u{301}", 1), ("👨‍👩‍👧‍👦", 2), ("🇩🇪🇫🇷", 4), ("🇩", 1), ("\u{301}", 1),
        ("\u{1B}[31m", 5),
        ("a\tb", 3), ("\r\n", 1), ("🏴\u{E0067}\u{E0062}\u{E007F}", 3), ("\u{200B}", 1), ("ﾊﾟ", 2), ("क्षि", 3), ("…·–→", 4),
        ("⚠️", 2),
    ])
    func `text is as wide as its glyphs`(_ text: String, _ width: Int) {
        #expect(displayWidth(of: text) == width)
        var grid = Grid(size: Size(width: 20, height: 1))
        #expect(grid.write(text, at: Point(x: 0, y: 0)) == width)
    }
}

struct SimpleScalarTests {
    @Test func `between scalars that are drawn at sight is always a border of characters`() {
        let simple = (UInt32(0x20)...0xFFFF).compactMap(Unicode.Scalar.init).filter {
            ScalarClass.simpleWidth($0.value) > 0
        }
        let others: [Unicode.Scalar] = ["a", "é", "Я", "…", "→", "━", "⠋", "あ", "ア", "日"]
        #expect(simple.count > 20_000 && others.allSatisfy { simple.contains($0) })
        var wrong: [String] = []
        for scalar in simple {
            for other in others where !wrong.contains(String(scalar)) {
                var pair = String.UnicodeScalarView([scalar, other])
                let after = String(pair).count
                pair = String.UnicodeScalarView([other, scalar])
                if after != 2 || String(pair).count != 2 { wrong.append(String(scalar)) }
            }
            let kind: ScalarClass = ScalarClass.simpleWidth(scalar.value) == 2 ? .wide : .narrow
            if ScalarClass.of(scalar.value) != kind { wrong.append(String(scalar)) }
        }
        #expect(wrong == [])
    }
}
