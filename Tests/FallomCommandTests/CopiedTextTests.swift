import SpanCodec
import Testing

@testable import FallomCommand

@Suite struct CopiedTextTests {
    @Test(arguments: [
        ("plain, with\ttabs\nand lines\r\n", "the answer"), ("", "the answer"),
        ("\u{1B}[31mred", "the answer (control characters and all)"),
        ("over\rwritten", "the answer (control characters and all)"),
        ("\u{202E}left", "the answer (control characters and all)"), ("日本 👩‍👩‍👧", "the answer"),
    ])
    func `what is copied is what was written, and what a terminal would obey is told`(text: String, what: String) {
        let copied = CopiedText(text, "the answer", .standard)
        #expect(copied.text.utf8.elementsEqual(text.utf8))
        #expect(copied.what == what)
    }

    @Test func `a secret is masked, and that is told`() {
        let key = "sk-proj-" + String(repeating: "abcDEF123456", count: 4)
        let copied = CopiedText("the key is \(key).", "the answer", .standard)
        #expect(!copied.text.contains(key) && copied.text.hasPrefix("the key is "))
        #expect(copied.what == "the answer (1 secret masked)")
    }
}
