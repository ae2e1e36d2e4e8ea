import Testing

@testable import Ingest

@Suite struct `Request gate` {
    private func verdict(
        _ method: String = "POST", _ path: String = "/v1/traces", isLoopback: Bool = true, key: String? = nil,
        _ headers: [String: String] = [:], origins: Set<String> = []
    ) -> Int {
        switch judgement(method, path, isLoopback: isLoopback, key: key, headers, origins: origins).verdict {
        case .serve: 200
        case .refuse(let failure): failure.status
        case .answer(let answer): answer.status
        }
    }

    /// Admits what the endpoints do.
    private struct Paths: RequestRoute {
        struct Nobody: RequestResponder {
            func respond(to request: IncomingRequest, through answer: AnswerWriter) async {}
        }

        func admit(_ head: RequestHead) throws(RequestFailure) -> Admission? {
            let plan = try RequestPlan(head)
            return Admission(
                body: .whole(limit: 100), dialect: plan.dialect, timeout: plan.timeout, responder: Nobody())
        }
    }

    private func judgement(
        _ method: String, _ path: String, isLoopback: Bool = true, key: String? = nil,
        version: RequestHead.Version = .http11,
        _ headers: [String: String] = [:], origins: Set<String> = []
    ) -> RequestGate.Judgement {
        let rules = RequestGate.Rules(
            isLoopback: isLoopback, key: key, hosts: ["box.local"], origins: origins, drainLimit: 1000)
        var fields = headers.map { RequestHead.Field(name: $0.key, value: $0.value) }
        if headers["host"] == nil { fields.append(RequestHead.Field(name: "host", value: "127.0.0.1:4318")) }
        let head = RequestHead(
            method: method, path: path, query: nil, version: version, fields: fields, framing: .length(10),
            keepsAlive: true, expectsContinue: false)
        return RequestGate(rules: rules, routes: [Paths()]).judge(head)
    }

    @Test(arguments: [
        ("localhost", 200), ("LOCALHOST:4318", 200), ("127.0.0.1:4318", 200), ("127.9.9.9", 200), ("[::1]:4318", 200),
        ("localhost.:80", 200), ("box.local:4318", 200), ("evil.example", 421), ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:4318", 421), ("0.0.0.0:4318", 421), ("192.168.0.2", 421), ("127.0.0.256", 421),
        ("", 421), ("host.docker.internal:4318", 200), ("host.docker.internal.evil.example", 421),
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
        ("POST", "/v1/traces/", 200), ("POST", "/api/sdk-evals", 200), ("GET", "/api/datasets/a/b", 200),
        ("GET", "/api/sdk-evals", 405), ("POST", "/v1/scores", 200), ("GET", "/api/other", 404),
        ("GET", "/configs/a%2Fb/version/3", 200), ("GET", "/configs/a/b/version/3", 200),
        ("GET", "/configs/a/version/x", 404), ("GET", "/configs/%zz/version/1", 404), ("GET", "/", 404),
        ("OPTIONS", "/v1/traces", 405), ("GET", "/configs/%ff/version/1", 404),
        ("POST", "/api/public/otel/v1/traces", 200), ("POST", "/api/public/otel/v1/logs", 404),
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

    @Test(arguments: [
        ("gzip", 200), ("GZIP", 200), ("identity", 200), ("deflate", 200), ("zstd", 200), ("br", 415),
        ("gzip, gzip", 415),
    ])
    func `content encodings are told apart`(coding: String, status: Int) {
        #expect(verdict("POST", "/v1/traces", ["content-encoding": coding]) == status)
    }

    @Test func `an address others can reach needs a key before anything listens`() {
        #expect(throws: IngestError.self) { try HTTPOptions(host: "0.0.0.0").check() }
        #expect(throws: IngestError.self) { try HTTPOptions(host: "192.168.1.2", key: "").check() }
        #expect(throws: Never.self) { try HTTPOptions(host: "0.0.0.0", key: "k").check() }
        #expect(throws: Never.self) { try HTTPOptions(host: "::1").check() }
    }

    @Test func `an address for gRPC that others can reach needs a key too`() {
        let open = SocketPlace(host: "0.0.0.0", port: 4317)
        #expect(throws: IngestError.self) { try HTTPOptions(grpc: open).check() }
        #expect(throws: Never.self) { try HTTPOptions(grpc: open, key: "k").check() }
    }

    @Test func `a page of an origin that was named may send spans and logs, and nothing else`() throws {
        let page = ["origin": "https://App.example", "sec-fetch-site": "cross-site"]
        let origins: Set<String> = ["https://app.example"]
        #expect(verdict("POST", "/v1/traces", page, origins: origins) == 200)
        #expect(verdict("POST", "/v1/logs", page, origins: origins) == 200)
        #expect(verdict("POST", "/v1/metrics", page, origins: origins) == 403)
        #expect(verdict("GET", "/configs", page, origins: origins) == 403)
        #expect(verdict("POST", "/v1/traces", page) == 403)
        #expect(verdict("POST", "/v1/traces", page, origins: ["https://app.example.org"]) == 403)
        #expect(verdict("POST", "/v1/traces", ["sec-fetch-site": "cross-site"], origins: origins) == 403)
        let headers = judgement("POST", "/v1/traces", page, origins: origins).headers
        #expect(headers.contains(Answer.Header(name: "Access-Control-Allow-Origin", value: "https://App.example")))
        #expect(headers.contains(Answer.Header(name: "Vary", value: "Origin")))
    }

    @Test func `a browser's question is answered without a key, its request is not`() throws {
        let question = [
            "origin": "https://app.example", "access-control-request-method": "POST",
            "access-control-request-headers": "Content-Type, x-fallom-session-id",
            "access-control-request-private-network": "true",
        ]
        let origins: Set<String> = ["https://app.example"]
        let judgement = judgement("OPTIONS", "/v1/traces", key: "k", question, origins: origins)
        guard case .answer(let answer) = judgement.verdict else {
            Issue.record("no answer: \(judgement.verdict)")
            return
        }
        let said = Dictionary(uniqueKeysWithValues: answer.headers.map { ($0.name, $0.value) })
        #expect(answer.status == 204 && answer.body.isEmpty)
        #expect(said["Access-Control-Allow-Methods"] == "POST")
        #expect(said["Access-Control-Allow-Headers"] == "content-type, x-fallom-session-id")
        #expect(said["Access-Control-Allow-Private-Network"] == "true")
        #expect(verdict("POST", "/v1/traces", key: "k", ["origin": "https://app.example"], origins: origins) == 401)
        #expect(verdict("OPTIONS", "/v1/traces", question) == 403)
    }

    @Test func `secrets are compared whole`() {
        #expect(ConstantTime.equal([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.equal([1, 2], [1, 2, 3]))
        #expect(!ConstantTime.equal([1, 2, 3, 4], [1, 2, 3]))
        #expect(!ConstantTime.equal([], [1]))
        #expect(ConstantTime.equal([], []))
    }
}
