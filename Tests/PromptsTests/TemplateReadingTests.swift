import OrderedJSON
import Prompts
import Testing

/// Variables read back out of what a template gave.
@Suite struct TemplateReadingTests {
    private func read(_ template: String, _ text: String) -> [String: String]? {
        Template(template).variables(in: text).map { variables in
            Dictionary(uniqueKeysWithValues: variables.entries.map { ($0.name, $0.value.string ?? "") })
        }
    }

    @Test func `values are what stands between the fixed texts`() {
        #expect(read("Hello {{ name }}, you are {{age}}.", "Hello Ada, you are 36.") == ["name": "Ada", "age": "36"])
        #expect(read("plain", "plain") == [:])
        #expect(read("{{all}}", "anything\nat all") == ["all": "anything\nat all"])
        #expect(read("{{a}}{{b}}", "xy") == ["a": "", "b": "xy"])
    }

    @Test func `a text that the template does not give is told apart`() {
        #expect(read("plain", "plain ") == nil)
        #expect(read("Hello {{name}}!", "Hullo Ada!") == nil)
        #expect(read("{{a}} and {{a}}", "x and y") == nil)
        #expect(read("Hello {{name}}", "") == nil)
    }

    @Test func `a value may hold what stands behind it`() {
        #expect(read("{{a}}, {{b}}!", "x, y, z!") == ["a": "x", "b": "y, z"])
        #expect(read("{{a}}.end", "one.end.end") == ["a": "one.end"])
        #expect(read("{{a}} and {{a}}", "x and x and x and x") == ["a": "x and x"])
        #expect(read("{{a}}-{{a}}-{{b}}", "x-y-x-y-z") == ["a": "x-y", "b": "z"])
    }

    @Test func `what was rendered is read back`() {
        let template = Template("Sie {{ wer }} 日本 {{was}}:\n{{ liste }}")
        let variables = PromptVariables(["wer": "é", "was": "{{x}}", "liste": "- a\n- b"])
        let text = template.rendered(with: variables).text
        #expect(template.variables(in: text).map { Set($0.entries) } == Set(variables.entries))
    }

    @Test func `texts made to take long end soon`() {
        let template = Template((0..<400).map { "a{{v\($0)}}" }.joined() + "b")
        #expect(template.variables(in: String(repeating: "a", count: 5_000)) == nil)
    }
}
