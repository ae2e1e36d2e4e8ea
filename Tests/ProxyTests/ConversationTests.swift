import ProviderCalls
import Testing

@testable import Ingest
@testable import Proxy

@Suite struct ConversationTests {
    private func signs(_ headers: [(String, String)], _ body: String) throws -> ConversationSigns {
        let head = RequestHead(
            method: "POST", path: "/proxy/openai/v1/responses", query: nil, version: .http11,
            fields: headers.map { RequestHead.Field(name: $0.0, value: $0.1) }, framing: .none, keepsAlive: true,
            expectsContinue: false)
        let request = try #require(
            ProviderRequest(
                method: "POST", url: "https://api.openai.com/v1/responses", headers: [(name: String, value: String)](),
                body: Array(body.utf8)))
        return ConversationSigns(head, request)
    }

    private static let headers: [([(String, String)], String?)] = [
        ([("x-litellm-session-id", "a"), ("x-litellm-trace-id", "b")], "b"),
        ([("x-agent-session-id", "12345678")], "12345678"), ([("x-agent-session-id", "short")], nil),
        ([("x-session-id", "abcd-efgh")], "abcd-efgh"), ([("x-opencode-session", "ses_12345678")], "ses_12345678"),
        ([("session-id", "12345678")], nil),
        ([("session-id", "12345678"), ("originator", "codex_cli_rs")], "12345678"),
        ([("x-codex-turn-metadata", #"{"session_id":"codex-turn-1"}"#)], "codex-turn-1"),
        ([("helicone-session-id", "h")], "h"), ([], nil),
    ]

    @Test(arguments: headers)
    func `headers say the session, first the most telling`(headers: [(String, String)], session: String?) throws {
        #expect(try signs(headers, #"{"model":"m","input":"x"}"#).session == session)
    }

    private static let bodies: [(String, String?, String?)] = [
        (#""metadata":{"user_id":"user_a_account__session_11111111-2222"}"#, "11111111-2222", nil),
        (#""metadata":{"user_id":"{\"session_id\":\"abcdefgh\"}"}"#, "abcdefgh", nil),
        (#""client_metadata":{"session_id":"codex-123"}"#, "codex-123", nil),
        (#""conversation":{"id":"conv_1"}"#, "conv_1", nil), (#""prompt_cache_key":"k""#, "k", nil),
        (#""user":"u-1""#, nil, "u-1"), (#""safety_identifier":"s-1","user":"u-1""#, nil, "s-1"),
    ]

    @Test(arguments: bodies)
    func `bodies say session and customer`(members: String, session: String?, customer: String?) throws {
        let signs = try signs([], #"{"model":"m","input":"x",\#(members)}"#)
        #expect(signs.session == session)
        #expect(signs.customer == customer)
    }

    @Test func `the latest answers are remembered, in bounded memory`() {
        var chain = ResponseChain()
        for number in 0..<25_000 { chain.add("r\(number)", "s\(number)") }
        #expect(chain.session(of: "r24999") == "s24999")
        #expect(chain.session(of: "r15000") == "s15000")
        #expect(chain.session(of: "r14999") == nil)
    }
}
