import OrderedJSON
import SpanCodec
import Testing

@testable import FallomCommand

@Suite struct RedactorTests {
    private let redactor = Redactor(.standard, fields: ["email", "customer_id"])

    @Test(arguments: [
        ("email: ada@example.com, the rest", "email: [redacted], the rest"),
        ("email=ada@x\nnext", "email=[redacted]\nnext"),
        (#"{"email": "ada", "b": {"Customer_ID": 7}}"#, #"{"email":"[redacted]","b":{"Customer_ID":"[redacted]"}}"#),
        (#"say "email": "ada lovelace", x"#, #"say "email": [redacted], x"#), ("emails: many", "emails: many"),
        ("10:30 and a=b", "10:30 and a=b"), ("", ""),
    ])
    func `fields that were named are left out, and nothing else`(text: String, expected: String) {
        #expect(redactor.text(text) == expected)
    }

    @Test func `secrets go whatever they stand in`() {
        let key = "sk-proj-" + String(repeating: "abcDEF123456", count: 4)
        #expect(!redactor.text("the key is \(key).").contains(key))
        #expect(!redactor.json(["a": .string("{\"k\":\"\(key)\"}")]).compactText.contains(key))
    }
}

@Suite struct SessionHTMLTests {
    @Test func `what was written means nothing to a browser`() {
        #expect(HTML.text("<b>&\"'\u{202E}\u{1B}") == "&lt;b&gt;&amp;&quot;&#39;\u{FFFD}\u{FFFD}")
        let html = HTML.rendered(
            "# A <i>\n\n[x](javascript:alert(1)) `<script>`\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n3. x\n")
        #expect(!html.contains("<script") && !html.contains("href") && !html.contains("<i>"))
        #expect(html.contains("<h4>") && html.contains("<td style=\"text-align:right\">2</td>"))
        #expect(html.contains("<li value=\"3\">"))
    }
}
