import Testing
import TraceModel

@Suite struct ErrorPatternTests {
    /// Messages as providers, SDKs and tools write them, with their patterns.
    static let examples: [(message: String, pattern: String)] = [
        ("429 Too Many Requests, request req_abc123", "429 Too Many Requests, request req_*"),
        ("Rate limit reached for requests", "Rate limit reached for requests"),
        (
            "Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o in organization org-AbC123xyz on "
                + "tokens per min: Limit 30000, Used 29123, Requested 1,024. Try again in 1.2s.', 'code': 'rate_limit'}}",
            "Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o in organization org-* on "
                + "tokens per min: Limit *, Used *, Requested *. Try again in *s.', 'code': 'rate_limit'}}"
        ),
        (
            #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"id":"req_011CSHoEeqs5C35K"}"#,
            #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"id":"req_*"}"#
        ),
        (
            #"400 {"message":"{\"code\": 429, \"detail\": \"no such model 7 here, sorry about that\"}"}"#,
            #"400 {"message":"{\"code\": 429, \"detail\": \"no such model * here, sorry about that\"}"}"#
        ),
        ("HTTP/1.1 503 Service Unavailable", "HTTP/* 503 Service Unavailable"),
        ("upstream gave 502 Bad Gateway after 3 attempts", "upstream gave 502 Bad Gateway after * attempts"),
        ("APIError: 500 from worker-4711 at 10.0.3.17:8080", "APIError: 500 from worker-* at *"),
        ("limit 450 exceeded by 451", "limit * exceeded by *"),
        ("status_code=404 path=/v1/files/file-8fK2x1Qz", "status_code=404 path=/v1/files/file-*"),
        ("Tool 'get_weather' not found", "Tool '*' not found"),
        ("Tool \"get weather\" not found", "Tool \"*\" not found"),
        ("unknown tool `lookup`, “Suche” and ‘x’", "unknown tool `*`, “*” and ‘*’"),
        ("'a' can't be the user's", "'*' can't be the user's"),
        ("fields 'a', 'b' and 'c' are missing", "fields '*' and '*' are missing"),
        ("tokens [101, 2003, 7] at 2026-11-29T10:00:00.123Z", "tokens [*] at *"),
        ("timed out after 30000ms (attempt 2/5, 40%)", "timed out after *ms (attempt */*, *%)"),
        ("trace 4bf92f3577b34da6a3ce929d0e0e4736 ended", "trace * ended"),
        ("object at 0x7f8a2c3d1e90", "object at *"),
        ("run 123e4567-e89b-12d3-a456-426614174000 failed", "run * failed"),
        ("run-abcdefab-cdef-abcd-efab-cdefabcdefab failed", "run-* failed"),
        ("job_7 of order12345 in user_42", "job_* of order* in user_*"),
        (
            "gpt-4o-mini, claude-3-5-sonnet, o1, text-embedding-ada-002, base64, HTTP2, utf8mb4, us-east-1, o200k_base",
            "gpt-4o-mini, claude-3-5-sonnet, o1, text-embedding-ada-002, base64, HTTP2, utf8mb4, us-east-1, o200k_base"
        ),
        ("model gpt-4o-2024-08-06 is gone", "model gpt-4o-* is gone"),
        ("  two\n\tlines  ", "two lines"),
        ("Größe 3 überschritten für 'Müller'", "Größe * überschritten für '*'"),
        ("モデル が 429 を返した", "モデル が * を返した"),
        ("unclosed 'quote and \\", "unclosed 'quote and \\"),
        ("«x» ''", "«*» '*'"),
        (
            "urllib3.exceptions.HTTPSConnectionPool SSLCertVerificationError INTERNALSERVERERROR OAuth2TokenError",
            "urllib3.exceptions.HTTPSConnectionPool SSLCertVerificationError INTERNALSERVERERROR OAuth2TokenError"
        ),
        ("shard 123456789012345d, x_ThrottlingExceptionOfMany", "shard *, x_ThrottlingExceptionOfMany"),
        ("bad key ************ (sk-...)", "bad key * (sk-...)"),
    ]

    @Test(arguments: examples)
    func `what varies is put aside, and what tells errors apart stays`(_ message: String, _ pattern: String) {
        #expect(ErrorPattern.text(of: message) == pattern)
    }

    @Test(arguments: examples)
    func `a pattern is its own pattern`(_ message: String, _ pattern: String) {
        #expect(ErrorPattern.text(of: pattern) == pattern)
    }

    @Test(arguments: examples.filter { !$0.message.contains("\n") })
    func `as a filter a pattern finds its message`(_ message: String, _ pattern: String) {
        #expect(SpanFilter.TextPattern("*\(pattern)*").matches(message))
    }

    @Test(arguments: [
        ("503 Service Unavailable", "502 Bad Gateway"), ("Error code: 400", "Error code: 401"),
        ("gpt-4o is overloaded", "gpt-4 is overloaded"), ("read timed out", "connect timed out"),
        (#"{"code": "context_length"}"#, #"{"code": "invalid_key"}"#),
    ])
    func `different errors have different patterns`(_ one: String, _ other: String) {
        #expect(ErrorPattern.text(of: one) != ErrorPattern.text(of: other))
    }

    static let digits = "0123456789", letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

    @Test(arguments: [
        ("%", 10, digits), ("req_%", 20, digits + letters), ("chatcmpl-%", 29, digits + letters),
        ("%", 32, digits + "abcdef"),
        ("call_%", 24, digits + letters), ("%", 16, digits + "abcdef"), ("org-%", 24, letters + digits),
        ("%", 22, digits + letters),
    ])
    func `ids of a form are one`(_ form: String, _ length: Int, _ alphabet: String) {
        let alphabet = Array(alphabet)
        var state: UInt64 = 42
        var patterns: Set<String> = []
        for _ in 0..<2000 {
            let id = (0..<length).map { _ -> Character in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return alphabet[Int(state >> 33) % alphabet.count]
            }
            patterns.insert(ErrorPattern.text(of: "no \(form.replacing("%", with: String(id))) here") ?? "")
        }
        // By chance one in a hundred may look like a name.
        #expect(patterns.count <= 20, "\(patterns.sorted().prefix(20))")
    }

    @Test(arguments: ["", " \n ", "\u{3000}"])
    func `a message that says nothing has none`(_ message: String) {
        #expect(ErrorPattern.text(of: message) == nil)
    }

    @Test func `a long message is cut where its pattern is long, however long what is put aside`() throws {
        let tail = String(repeating: "one two three ", count: 500)
        let one = try #require(ErrorPattern.text(of: "id 7 is wrong: " + tail))
        let other = try #require(ErrorPattern.text(of: "id 123456789012 is wrong: " + tail + tail))
        #expect(one == other)
        #expect(one.hasSuffix("*"))
        #expect(one.unicodeScalars.count < 330)
    }

    @Test(arguments: ["'", "\\'", "\"a ", "{'a':", "1,", "a-", "😀", "\u{301}", "\\", "0x", "_"])
    func `whatever is repeated comes to a short end`(_ piece: String) throws {
        let pattern = try #require(ErrorPattern.text(of: String(repeating: piece, count: 50_000)))
        #expect(pattern.unicodeScalars.count <= 400)
    }
}
