import OrderedJSON
import Testing

@testable import Fallom

/// Objects that grow while a model writes them.
@Suite struct PartialJSONTests {
    /// What stands in the place of chance: the same texts in every run.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    private static let numbers = ["0", "-1", "12.5", "1e9", "-0.25E-3", "1234567890123456789"].compactMap {
        JSONNumber($0).map(JSONValue.number)
    }
    private static let texts = ["", "a", "x\"y\\z", "line\nend\t", "é 漢 🙂", "\u{1}", "[{,}]:"]
    private static let names = ["k0", "k1", "a b", "\"", "ü"]

    private static func one<Value>(of values: [Value], _ dice: inout Dice) -> Value {
        values[Int.random(in: 0..<values.count, using: &dice)]
    }

    private static func value(_ depth: Int, _ dice: inout Dice) -> JSONValue {
        switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &dice) {
        case 0: .null
        case 1: .bool(Bool.random(using: &dice))
        case 2: one(of: numbers, &dice)
        case 3, 4: .string(one(of: texts, &dice))
        case 5: .array((0..<Int.random(in: 0...3, using: &dice)).map { _ in value(depth + 1, &dice) })
        default:
            .object(
                (0..<Int.random(in: 0...3, using: &dice)).map { _ in
                    JSONMember(one(of: names, &dice), value(depth + 1, &dice))
                })
        }
    }

    /// What can be read of a beginning, the long way: open things are closed, and from the end is taken what does not fit.
    private static func longWay(_ text: Substring) -> JSONValue? {
        var scalars = Array(text.unicodeScalars)
        while !scalars.isEmpty {
            if let value = try? JSONValue(parsing: closed(scalars), allowsLoneSurrogates: true) { return value }
            scalars.removeLast()
        }
        return nil
    }

    private static func closed(_ scalars: [Unicode.Scalar]) -> String {
        var (open, inString, isEscaped) = ([Unicode.Scalar](), false, false)
        for scalar in scalars {
            if inString {
                (isEscaped, inString) = (!isEscaped && scalar == "\\", isEscaped || scalar != "\"")
            } else {
                switch scalar {
                case "\"": inString = true
                case "{": open.append("}")
                case "[": open.append("]")
                case "}", "]": _ = open.popLast()
                default: break
                }
            }
        }
        var text = scalars + (inString ? ["\""] : [])
        while let last = text.last, last == " " || last == "," { text.removeLast() }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text + open.reversed())
        return String(result)
    }

    @Test(arguments: 1...60) func `a text cut anywhere shows what can be read of it`(_ seed: UInt64) throws {
        var dice = Dice(state: seed)
        let whole = JSONValue.array([Self.value(0, &dice), Self.value(0, &dice)])
        var writer = JSONWriter(style: seed % 2 == 0 ? .compact : .pretty)
        writer.value(whole)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        var partial = PartialJSON()
        var place = text.startIndex
        while place < text.endIndex {
            let next = text.index(place, offsetBy: Int.random(in: 1...5, using: &dice), limitedBy: text.endIndex)
            let end = next ?? text.endIndex
            let before = partial.value
            let hasChanged = partial.take(String(text[place..<end]))
            #expect(partial.value == Self.longWay(text[..<end]), "\(text[..<end])")
            #expect(hasChanged == (partial.value != before))
            place = end
        }
        #expect(partial.value == whole)
    }

    @Test(arguments: [
        (["\"\\ud83d", "\\ude42\""], "🙂"), (["\"\\ud83d", "x\""], "\u{FFFD}x"), (["\"\\ude42\""], "\u{FFFD}"),
        (["\"\\u00", "e9\""], "é"),
    ]) func `a character that comes in halves is one`(pieces: [String], meant: String) {
        var partial = PartialJSON()
        for piece in pieces { _ = partial.take(piece) }
        #expect(partial.value == .string(meant))
    }

    @Test(arguments: [
        "{\"a\": 1 x", "[1, 2]]", "{\"a\" 1", "[01", "nul!", "text", "{\"a\":\"\u{1}", "[1,]", "{\"a\":1,}", "]",
    ])
    func `what is no JSON adds nothing`(_ text: String) {
        var partial = PartialJSON()
        _ = partial.take(text)
        let read = partial.value
        let hasChanged = partial.take(" 1, \"b\": [2] }")
        #expect(!hasChanged && partial.value == read)
    }

    @Test func `depth has an end`() {
        var partial = PartialJSON()
        _ = partial.take(String(repeating: "[", count: 100_000))
        var (value, depth) = (partial.value, 0)
        while case .array(let elements)? = value { (value, depth) = (elements.first, depth + 1) }
        #expect(depth == 512)
    }

    @Test func `a streamed object gives each state once, and the whole at the end`() async throws {
        let test = try TestClient()
        let model = FixedModel(text: #" {"city": "Os\u006co", "days": [1, 22], "ok": true} "#)
        var states: [JSON] = []
        let stream = try await test.session.wrapAISDK().streamObject(
            model: model, prompt: "go", schema: NamedSchema(schema: ["type": "object"]))
        for try await state in stream { states.append(state) }
        #expect(zip(states, states.dropFirst()).allSatisfy { $0 != $1 })
        #expect(
            states.first == [:] && states.contains(["city": "Os"])
                && states.contains(["city": "Oslo", "days": [1, 2]]))
        #expect(states.last == ["city": "Oslo", "days": [1, 22], "ok": true])
    }
}
