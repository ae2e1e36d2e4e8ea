import Foundation
import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct `What is no secret` {
    /// Where the project lies: its own code and pages are prose and code as models write and read them.
    private static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test(arguments: ["Sources", "docs", "README.md", "CHANGELOG.md", "themes"])
    func `is kept in a megabyte of prose and code`(path: String) throws {
        for file in try Self.files(under: Self.project.appending(path: path)) {
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            let masked = SecretScanner.standard.masked(text).text
            guard masked != text else { continue }
            let lines = zip(text.split(separator: "\n"), masked.split(separator: "\n")).filter { $0 != $1 }
            Issue.record("\(file.lastPathComponent): \(lines.map { "\($0) → \($1)" }.joined(separator: "\n"))")
        }
    }

    private static func files(under root: URL) throws -> [URL] {
        guard let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        else {
            return []
        }
        let files = found.compactMap { $0 as? URL } + [root]
        return try files.filter { try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true }
    }

    @Test(arguments: [
        "Use Bearer authentication, or Basic authentication where that is all there is.",
        "pip install sk-learn-compatible-estimators and task-force-one-is-a-long-name",
        "The token is the unit a model reads; 4,096 tokens are its context. Tokens per second: 85.",
        "password: your password must have 12 letters. Password required. secret: be kind",
        "let password = prompt(\"Password: \")\nconst token = await getToken(session.user.id)",
        "def login(user: str, password: str, token: Optional[str] = None) -> bool:",
        "client = OpenAI(api_key=os.environ[\"OPENAI_API_KEY\"], organization=None)",
        "const apiKey = process.env.OPENAI_API_KEY ?? config.apiKey",
        #"<input type="password" name="password" placeholder="Enter your password" required>"#,
        #"{"properties":{"password":{"type":"string","description":"The user's password"},"token":{"type":"string"}}}"#,
        #"{"logprobs":{"content":[{"token":" responsibilities","logprob":-0.3,"bytes":[32]},{"token":"2024","logprob":-1}]}}"#,
        #"{"login":{"password":"Password","forgot_password":"Forgot your password?","token":"string"}}"#,
        "https://example.com:8080/path/@scope/package and git@github.com:owner/name.git, clickhouse://user@host:9000/db",
        "curl -H 'Authorization: Bearer $TOKEN' https://api.example.com/v1?key=$KEY",
        "Authorization: Bearer <token>\nX-Api-Key: <your key>\nCookie: <cookies>",
        "export OPENAI_API_KEY=sk-...\nFALLOM_API_KEY=anything",
        "[\"password\", \"secret\", \"token\", \"api_key\"].forEach(check)",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJRTES\n-----END CERTIFICATE-----",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 is da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "trace_id 0af7651916cd43dd8448eb211c80319c, request req_011CSHoEeqs5C35K2UUqR7Fy, chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
        "gen_ai.usage.input_tokens=120 max_tokens=4096 token_count: 12345678 total_token_usage: 1234567 tokenizer=cl100k_base",
        "risk_live_dashboard, disk_test_results_2024_final, the musk-ox, ask-me-anything-about-our-2024-roadmap",
        "SG.level is a name, and AKIA is how ids of AWS begin; AIza begins those of Google. eyJ is how JSON begins.",
        "import secrets; token = secrets.token_hex(16)  # then print(token[:4])",
        "password_policy: {min_length: 12}\ntoken_endpoint: https://login.example.com/oauth2/token\nsecret_name: db-credentials",
        "if (token === expectedToken2) return; while (token != 'eof12345') advance()",
        "Basic understanding of physics; music theory; a bearer of news; the bearer-of-bad-news-problem",
        "ghost_writer ghp_ gho_ hf_hub_download(repo_id) npm_config_registry xox flm_ gsk_ whsec_ glpat-",
    ])
    func `is kept`(text: String) throws {
        #expect(SecretScanner.standard.masked(text) == (text, 0))
        let body = record(#""attributes":{"note":\#(JSONValue.string(text).compactText)}"#)
        let batch = try SpanDecoder().decodeTraces(body, encoding: .json)
        #expect(batch.spans.first?.payload.span == body)
        #expect(batch.masked == 0)
    }

    @Test(arguments: ["[0-9", "a{2,1}", "(a|b)", "^a", "a**", "x*", "\\b", "a{99999}", ""])
    func `cannot be told by a pattern that is none`(text: String) {
        #expect(throws: SecretPattern.Mistake.self) { try SecretPattern(text) }
    }

    @Test(arguments: [
        ("acme-[0-9]{8}", "is acme-12345678 here", "is ************* here"),
        (#"INT-\d{2,4}-\w+"#, "INT-123-ab_c.", "************."),
        ("colou?r|grey+", "color colour greyyy gre", "***** ****** ****** gre"),
        ("[^ ]+@example\\.com", "to jo.e@example.com, x@example.org", "to ****************, x@example.org"),
    ])
    func `a pattern of the settings tells`(pattern: String, text: String, masked: String) throws {
        let scanner = SecretScanner(patterns: [try SecretPattern(pattern)])
        #expect(scanner.masked(text).text == masked)
        let body = record(#""attributes":{"note":\#(JSONValue.string(text).compactText)}"#)
        let batch = try SpanDecoder(scanner: scanner).decodeTraces(body, encoding: .json)
        #expect(String(decoding: try #require(batch.spans.first).payload.span, as: UTF8.self).contains(masked))
    }
}
