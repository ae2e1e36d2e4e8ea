import NIOHTTP1
import Testing

@testable import Ingest
@testable import Proxy

@Suite struct PassedHeadersTests {
    private func up(_ headers: [(String, String)], key: String? = nil, path: String = "/v1/messages") -> [String] {
        let head = RequestHead(
            method: "POST", path: path, query: nil, version: .http11,
            fields: headers.map { RequestHead.Field(name: $0.0, value: $0.1) }, framing: .none, keepsAlive: true,
            expectsContinue: false)
        return PassedHeaders.up(head, ownKey: key).map { "\($0.name): \($0.value)" }
    }

    @Test func `headers of one connection, and ours, stay here`() {
        let passed = up(
            [
                ("host", "localhost"), ("connection", "keep-alive, x-hop"), ("x-hop", "1"), ("te", "trailers"),
                ("content-length", "3"), ("expect", "100-continue"), ("x-fallom-session-id", "s"),
                ("authorization", "Bearer sk"), ("anthropic-beta", "a"), ("anthropic-beta", "b"),
            ], key: "ours")
        #expect(passed == ["authorization: Bearer sk", "anthropic-beta: a", "anthropic-beta: b"])
        #expect(up([("authorization", "Bearer ours")], key: "ours") == [])
    }

    @Test(arguments: ["Bearer", "bearer", "BEARER", "bEaReR"])
    func `our own key stays here, however its scheme is written and whatever stands in it`(scheme: String) {
        #expect(up([("authorization", "\(scheme) ours")], key: "ours") == [])
        // The key's UTF-8 bytes arrive as Latin-1 text.
        #expect(up([("authorization", "\(scheme) k\u{C3}\u{A9}y"), ("x-a", "1")], key: "kéy") == ["x-a: 1"])
        #expect(up([("authorization", "\(scheme) ours2")], key: "ours") == ["authorization: \(scheme) ours2"])
    }

    @Test(arguments: [
        ("gzip, deflate", "gzip, deflate"), ("br, gzip, deflate", "gzip, deflate"), ("br", "identity"),
        ("gzip, deflate, br;q=0.9, zstd", "gzip, deflate"), ("*", "identity"),
    ])
    func `a call is answered in a coding that can be read along`(asked: String, passed: String) {
        #expect(up([("accept-encoding", asked)]) == ["accept-encoding: \(passed)"])
        #expect(up([("accept-encoding", asked)], path: "/v1/files") == ["accept-encoding: \(asked)"])
    }

    @Test func `bytes of a value go on as they came`() {
        // UTF-8 that the server read as Latin-1.
        #expect(up([("x-title", "Ã¼")]) == ["x-title: ü"])
    }
}
