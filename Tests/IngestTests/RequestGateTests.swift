import Testing

@testable import Ingest

@Suite struct `Request gate` {
    private func verdict(
        _ method: String = "POST", _ path: String = "/v1/traces", isLoopback: Bool = true, key: String? = nil,
        _ headers: [String: String] = [:]
    ) -> Int {
        let rules = RequestGate.Rules(
            isLoopback: isLoopback, key: key, hosts: ["box.local"], bodyLimit: 100, drainLimit: 1000)
        var fields = headers.map { RequestHead.Field(name: $0.key, value: $0.value) }
        if headers["host"] == nil { fields.append(RequestHead.Field(name: "host", value: "127.0.0.1:4318")) }
        let head = RequestHead(
            method: method, path: path, minorVersion: 1, fields: fields, framing: .length(10), keepsAlive: true,
            expectsContinue: false)
        switch RequestGate(rules: rules).judge(head) {
        case .serve: return 200
        case .refuse(let failure): return failure.status
        }
    }

    @Test(arguments: [
        ("localhost", 200), ("LOCALHOST:4318", 200), ("127.0.0.1:4318", 200), ("127.9.9.9", 200), ("[::1]:4318", 200),
        ("localhost.:80", 200), ("box.local:4318", 200), ("evil.example", 421), ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:4318", 421), ("0.0.0.0:4318", 421), ("192.168.0.2", 421), ("127.0.0.256", 421),
        ("", 421),
    ])
    func `only this machine's names are answered`(host: String, status: Int) {
        #expect(verdict("POST", "/v1/traces", ["host": host]) == status)
    }

    @Test(arguments: [
        ("http://127.0.0.1:4318", 200), ("http://localhost:3000", 403), ("https://evil.example", 403), ("null", 403),
        ("http://127.0.0.1:43180", 403),
    ])
    func `pages of other origins are refused`(origin: String, status: Int) {
        #expect(verdict("POST", "/v1/traces", ["origin": origin]) == status)
    }

    @Test func `a cross-site fetch is refused even without an origin`() {
        #expect(verdict("GET", "/configs", ["sec-fetch-site": "cross-site"]) == 403)
        #expect(verdict("GET", "/configs", ["sec-fetch-site": "none"]) == 200)
    }

    @Test(arguments: [
        ("Bearer kéy-1", 401), ("Bearer k\u{C3}\u{A9}y-1", 200), ("bearer k\u{C3}\u{A9}y-1", 200), ("Bearer", 401),
        ("Basic k\u{C3}\u{A9}y-1", 401), ("Bearer k\u{C3}\u{A9}y-12", 401), ("Bearer k\u{C3}\u{A9}y-", 401), ("", 401),
    ])
    func `an open address asks for the key`(header: String, status: Int) {
        // The key's UTF-8 bytes arrive as Latin-1 text.
        let headers = ["authorization": header, "host": "anything.example"]
        #expect(verdict("POST", "/v1/traces", isLoopback: false, key: "kéy-1", headers) == status)
        #expect(verdict("POST", "/v1/traces", isLoopback: false, key: nil, headers) == 401)
    }

    @Test(arguments: [
        ("GET", "/v1/traces", 405), ("PUT", "/v1/logs", 405), ("POST", "/configs", 405), ("HEAD", "/configs", 200),
        ("POST", "/v1/traces/", 200), ("POST", "/api/sdk-evals", 404), ("GET", "/api/datasets/x", 404),
        ("GET", "/configs/a%2Fb/version/3", 200), ("GET", "/configs/a/b/version/3", 200),
        ("GET", "/configs/a/version/x", 404), ("GET", "/configs/%zz/version/1", 404), ("GET", "/", 404),
        ("OPTIONS", "/v1/traces", 405), ("GET", "/configs/%ff/version/1", 404),
    ])
    func `paths and methods are told apart`(method: String, path: String, status: Int) {
        #expect(verdict(method, path) == status)
    }

    @Test(arguments: [
        ("application/json", 200), ("application/json; charset=utf-8", 200), ("Application/X-Protobuf", 200),
        ("application/x-ndjson", 200), ("text/plain", 415), ("application/grpc", 415),
    ])
    func `content types are told apart`(type: String, status: Int) {
        #expect(verdict("POST", "/v1/traces", ["content-type": type]) == status)
        #expect(verdict("POST", "/v1/metrics", ["content-type": type]) == 200)
    }

    @Test(arguments: [("gzip", 200), ("GZIP", 200), ("identity", 200), ("deflate", 200), ("br", 415), ("zstd", 415)])
    func `content encodings are told apart`(coding: String, status: Int) {
        #expect(verdict("POST", "/v1/traces", ["content-encoding": coding]) == status)
    }

    @Test func `an address others can reach needs a key before anything listens`() {
        #expect(throws: IngestError.self) { try HTTPOptions(host: "0.0.0.0").check() }
        #expect(throws: IngestError.self) { try HTTPOptions(host: "192.168.1.2", key: "").check() }
        #expect(throws: Never.self) { try HTTPOptions(host: "0.0.0.0", key: "k").check() }
        #expect(throws: Never.self) { try HTTPOptions(host: "::1").check() }
    }

    @Test func `secrets are compared whole`() {
        #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.equal([1, 2], [1, 2, 3]))
        #expect(!ConstantTime.equal([1, 2, 3, 4], [1, 2, 3]))
        #expect(!ConstantTime.equal([], [1]))
        #expect(ConstantTime.equal([], []))
    }
}
