import Cells
import Testing

@Suite struct ShortenedTests {
    @Test(arguments: [
        ("conv-8f2", 8, "conv-8f2"), ("session_2026_abc123", 10, "sessi…c123"), ("conv-8f21", 8, "conv…f21"),
        ("abcdefgh", 4, "abc…"), ("日本語-セッション", 10, "日本…ョン"), ("x", 0, "x"), ("ab", 1, "…"),
    ])
    func `an id loses its middle`(id: String, width: Int, text: String) {
        #expect(Shortened.middle(id, width: width, ellipsis: "…") == text)
    }
}
