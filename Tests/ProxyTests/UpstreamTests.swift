import Testing

@testable import Proxy

@Suite struct UpstreamTests {
    @Test(arguments: [
        ("https://api.openai.com/v1", "/v1/chat/completions", "https://api.openai.com/v1/chat/completions"),
        ("http://127.0.0.1:9000/v1", "/v1/chat/completions", "http://127.0.0.1:9000/v1/chat/completions"),
        ("http://127.0.0.1:9000/v1/", "/chat/completions", "http://127.0.0.1:9000/v1/chat/completions"),
        ("http://127.0.0.1:9000", "/v1/chat/completions", "http://127.0.0.1:9000/v1/chat/completions"),
        ("https://openrouter.ai/api/v1", "/v1/models", "https://openrouter.ai/api/v1/models"),
        ("https://openrouter.ai/api/v1", "/api/v1/models", "https://openrouter.ai/api/v1/models"),
        ("https://h/v1", "/v1", "https://h/v1"), ("https://h/v1", "/v12/x", "https://h/v1/v12/x"),
        ("https://h", "", "https://h"), ("https://h/a", "/model/a%3A0/converse", "https://h/a/model/a%3A0/converse"),
    ])
    func `what follows the base's path is joined to it`(base: String, rest: String, target: String) throws {
        let upstream = try #require(ProxyUpstream(name: "x", url: base))
        #expect(upstream.target(rest[...], query: nil) == target)
        #expect(upstream.target(rest[...], query: "a=b") == target + "?a=b")
    }

    @Test(arguments: ["/v1/../admin", "/%2e%2E/admin", "/v1/./x", "/.%2e"])
    func `no path leaves the base`(rest: String) throws {
        let upstream = try #require(ProxyUpstream(name: "x", url: "https://h/v1"))
        #expect(upstream.target(rest[...], query: nil) == nil)
    }

    @Test func `an Azure resource stands first`() throws {
        let azure = try #require(ProxyUpstream.builtIn.first { $0.name == "azure" })
        #expect(
            azure.target("/my-res/openai/deployments/d/chat/completions", query: "api-version=1")
                == "https://my-res.openai.azure.com/openai/deployments/d/chat/completions?api-version=1")
        for rest in ["/evil.example/x", "/a@b/x", "//x", ""] {
            #expect(azure.target(rest[...], query: nil) == nil, "\(rest)")
        }
    }

    @Test(arguments: [
        "ftp://h", "https://", "https://u:p@h", "h", "https://h?x", "https://h#x", "https://h x", "https://:1",
    ])
    func `what is no base URL is none`(url: String) {
        #expect(ProxyUpstream(name: "x", url: url) == nil)
    }
}
