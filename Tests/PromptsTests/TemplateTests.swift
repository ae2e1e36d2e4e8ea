import Foundation
import OrderedJSON
import Prompts
import Testing

@Suite struct TemplateTests {
    @Test func `numbers are written as Python writes them`() throws {
        for line in try fixture("python-numbers.ndjson").split(separator: "\n") {
            let number = try JSONValue(parsing: String(line))
            let written = try #require(number["written"]?.string)
            let variables = PromptVariables([("n", try JSONValue(parsing: written))])
            #expect(Template("{{n}}").rendered(with: variables).text == number["python"]?.string, "\(written)")
        }
    }

    @Test func `names and white space are Python's, scalar by scalar`() throws {
        let classes = try JSONValue(parsing: try fixture("python-classes.json"))
        let (names, spaces) = (try table(classes["name"]), try table(classes["space"]))
        for value in try ranges(classes["assigned"]).joined() {
            // A brace before two others is text, which the vectors cover.
            guard let scalar = Unicode.Scalar(value), scalar != "{" else { continue }
            let variables = Template("{{\(scalar)a}}").variables
            let expected = names[Int(value)] ? ["\(scalar)a"] : spaces[Int(value)] ? ["a"] : []
            #expect(variables == expected, "U+\(String(value, radix: 16))")
        }
    }

    @Test func `what became of each placeholder is told`() throws {
        let prompt = PromptRecord(
            key: "p", version: 1, systemPrompt: "{{a}} {{ b }} {{é}} {{a}}", userTemplate: "{{c}} {{d}} {{{a}}}")
        let variables = PromptVariables([
            ("a", .string("{{b}}")), ("c", .null), ("e", .bool(true)), ("d", .array([.number(1), .bool(false)])),
        ])
        let rendered = prompt.rendered(with: variables)
        #expect(rendered.system.text == "{{b}} {{ b }} {{é}} {{b}}")
        #expect(rendered.user.text == "{{c}} [1,false] {{{b}}}")
        #expect(rendered.missing == ["b", "é"])
        #expect(rendered.nullValued == ["c"])
        #expect(rendered.unused == ["e"])
        #expect(Template("{{e\u{301}}}").variables.isEmpty)
    }

    @Test func `names are compared by bytes`() {
        let variables = PromptVariables([("\u{E9}", .string("one"))])
        #expect(Template("{{\u{E9}}}").rendered(with: variables).text == "one")
        #expect(variables["e\u{301}"] == nil)
    }

    @Test func `records that are not prompts are refused`() throws {
        for record in [
            "[]", "{}", #"{"key":"k","system_prompt":null,"user_template":""}"#, #"{"key":"k","system_prompt":"s"}"#,
            #"{"key":"k","version":"x","system_prompt":"","user_template":""}"#,
            #"{"key":1,"system_prompt":"","user_template":""}"#,
        ] {
            let json = try JSONValue(parsing: record)
            #expect(throws: (any Error).self) { try PromptRecord(record: json) }
        }
        let plain = try JSONValue(parsing: #"{"key":"k","system_prompt":"","user_template":""}"#)
        #expect(try PromptRecord(record: plain).version == 1)
    }

    private func fixture(_ name: String) throws -> String {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
        return String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    private func table(_ json: JSONValue?) throws -> [Bool] {
        var table = [Bool](repeating: false, count: 0x11_0000)
        for value in try ranges(json).joined() { table[Int(value)] = true }
        return table
    }

    private func ranges(_ json: JSONValue?) throws -> [ClosedRange<UInt32>] {
        try #require(json?.array).map { pair in
            let (low, high) = (try #require(pair[0]?.int), try #require(pair[1]?.int))
            return UInt32(low)...UInt32(high)
        }
    }
}
