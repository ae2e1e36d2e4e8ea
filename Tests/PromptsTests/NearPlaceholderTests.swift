import Prompts
import Testing

@Suite struct NearPlaceholderTests {
    @Test(arguments: [
        ("{{user-name}}", "- may not stand in a name: letters, numbers and _ only"),
        ("{{#if a}}", "# is no syntax here: there are no conditions, loops or comments"),
        ("{{/if}}", "/ is no syntax here: there are no conditions, loops or comments"),
        ("{{user.name}}", ". may not stand in a name: letters, numbers and _ only"),
        ("{{ user name }}", "its name has a space in it"), ("{{}}", "it names nothing"), ("{{ }}", "it names nothing"),
        ("{{name}", "only one brace closes it"),
        ("{{na\u{200B}me}}", "its name has a character without width (U+200B)"),
        ("{{cafe\u{301}}}", "its name has \u{E9} as two characters"),
    ]) func `what is perhaps meant as a placeholder is named with why it is none`(text: String, reason: String) {
        let near = Template("before \(text) after {{ok}}").nearPlaceholders
        #expect(near.map(\.text) == [text])
        #expect(near.map(\.reason) == [reason])
    }

    @Test(arguments: [
        "plain", "{{name}}", "{{ name }}", "{\"a\": {\"b\": 1}}", "{a} {b}", "{{{name}}}", "\\begin{{", "{{\nname}}",
        "{{{{{{",
        "{{" + String(repeating: "x", count: 100) + " y}}",
    ]) func `what is none is not pointed out`(text: String) {
        #expect(Template(text).nearPlaceholders.isEmpty)
    }

    @Test func `a text full of braces takes no time`() {
        #expect(Template(String(repeating: "{{ ", count: 100_000)).nearPlaceholders.isEmpty)
    }
}
