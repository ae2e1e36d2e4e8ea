import Fallom
import FallomURLSession
import Foundation
import OrderedJSON
import SpanCodec
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What URLSession does for an app is done as without the SDK, and each call of a model is a span.
@Suite struct TracedURLSessionTests {
    private static let whole =
        #"{"id":"c","model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#
    private static let event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n"

    /// A request to a server that answers by that script, which nobody else uses.
    private static func request(_ answers: [JSON], stream: Bool = false, hasBody: Bool = true) throws -> URLRequest {
        let script = JSON.array(
            answers.map { $0.setting("mark", .string(UUID().uuidString)) })
        let text = Data(script.compactBytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
        let url = PythonServer.scripted.url + "/s/" + text + "/v1/chat/completions"
        var request = URLRequest(url: try #require(URL(string: url)))
        request.httpMethod = "POST"
        if hasBody { request.httpBody = body(stream) }
        return request
    }

    private static func body(_ stream: Bool = false) -> Data {
        let json: JSON = [
            "model": "gpt-4o", "messages": [["role": "user", "content": "Hello"]], "stream": .bool(stream),
        ]
        return Data(json.compactBytes)
    }

    private static func isAnswered(_ record: FallomRecord) -> Bool {
        !record.isError && record.json("fallom.raw.response")?["text"] == "Hi"
            && record.json("fallom.raw.request")?["messages"] != nil && record.model == "gpt-4o"
    }

    @Test func `bytes are given as they come, and those let go end the span`() async throws {
        let test = try TestClient()
        let request = try Self.request([["pieces": [.string(Self.event)], "stall": true]], stream: true)
        do {
            let (bytes, response) = try await test.session.traced(URLSession(configuration: .patient))
                .bytes(for: request)
            #expect((response as? HTTPURLResponse)?.statusCode == 200)
            var iterator = bytes.makeAsyncIterator()
            var read: [UInt8] = []
            // The server says nothing more: whoever waited for the end would wait for ever.
            while read.count < Self.event.utf8.count, let byte = try await iterator.next() { read.append(byte) }
            #expect(String(decoding: read, as: UTF8.self) == Self.event)
        }
        let record = try #require(await test.records().first)
        #expect(record["fallom.abandoned"] == true && record.isStreaming == true)
        #expect(record.timeToFirstTokenMilliseconds != nil)
        #expect(record.json("fallom.raw.response")?["text"] == "Hi")
    }

    @Test(arguments: [false, true]) func `a task that is cancelled ends call and span`(_ asBytes: Bool) async throws {
        let test = try TestClient()
        let request = try Self.request([["pieces": [.string(Self.event)], "stall": true]], stream: true)
        let urlSession = test.session.traced(URLSession(configuration: .patient))
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            start.yield()
            if asBytes {
                for try await _ in try await urlSession.bytes(for: request).0 {}
            } else {
                _ = try await urlSession.data(for: request)
            }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        let record = try #require(await test.records().first)
        #expect(record["fallom.abandoned"] == true || record.errorMessage?.isEmpty == false)
    }

    @Test func `bodies that are uploaded, from memory and from a file, are read`() async throws {
        let test = try TestClient()
        let urlSession = test.session.traced(URLSession(configuration: .patient))
        let request = try Self.request([["pieces": [.string(Self.whole)]]], hasBody: false)
        let (data, _) = try await urlSession.upload(for: request, from: Self.body())
        #expect(String(decoding: data, as: UTF8.self) == Self.whole)
        let file = URL(fileURLWithPath: NSTemporaryDirectory() + UUID().uuidString)
        try Self.body().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        _ = try await urlSession.upload(for: request, fromFile: file)
        let records = await test.records()
        #expect(records.count == 2 && records.allSatisfy(Self.isAnswered))
    }

    @Test func `what fails is told to app and span, and no key of the address with it`() async throws {
        let test = try TestClient()
        var request = URLRequest(
            url: try #require(URL(string: "http://127.0.0.1:1/v1beta/models/g:generateContent?key=secret-value")))
        request.httpMethod = "POST"
        request.httpBody = Data(#"{"contents":[]}"#.utf8)
        await #expect(throws: (any Error).self) {
            try await test.session.traced(URLSession(configuration: .patient)).data(for: request)
        }
        let record = try #require(await test.records().first)
        #expect(record.isError && record.errorMessage?.hasPrefix("no answer from 127.0.0.1: ") == true)
        #expect(!String(decoding: record.encoded(), as: UTF8.self).contains("secret-value"))
    }

    #if canImport(FoundationNetworking)
    @Test func `an upload task of a delegate is read, and the delegate told how much was sent`() async throws {
        let test = try TestClient()
        let delegate = KeepingDelegate()
        let urlSession = test.session.urlSession(configuration: .patient, delegate: delegate)
        let request = try Self.request([["pieces": [.string(Self.whole)]]], hasBody: false)
        await delegate.run(urlSession.uploadTask(with: request, from: Self.body()))
        #expect(delegate.sent == Int64(Self.body().count) && delegate.status == 200)
        #expect(String(decoding: delegate.data, as: UTF8.self) == Self.whole)
        #expect(try Self.isAnswered(#require(await test.records().first)))
    }

    @Test func `a delegate is asked about redirects`() async throws {
        let test = try TestClient()
        let target = try Self.request([["pieces": [.string(Self.whole)]]])
        let request = try Self.request([
            ["status": 307, "headers": ["Location": .string(target.url?.absoluteString ?? "")]]
        ])
        let delegate = KeepingDelegate()
        let urlSession = test.session.urlSession(configuration: .patient, delegate: delegate)
        await delegate.run(urlSession.dataTask(with: request))
        #expect(delegate.redirects == 1 && delegate.status == 200)
        #expect(try Self.isAnswered(#require(await test.records().first)))
    }

    @Test func `a delegate is asked for credentials, and the call is repeated with them`() async throws {
        let test = try TestClient()
        let request = try Self.request([
            ["status": 401, "headers": ["WWW-Authenticate": "Basic realm=\"models\""], "pieces": ["{}"]],
            ["pieces": [.string(Self.whole)]],
        ])
        let delegate = KeepingDelegate(
            credential: URLCredential(user: "me", password: "word", persistence: .forSession))
        let urlSession = test.session.urlSession(configuration: .patient, delegate: delegate)
        await delegate.run(urlSession.dataTask(with: request))
        #expect(delegate.challenges == 1 && delegate.status == 200)
        #expect(String(decoding: delegate.data, as: UTF8.self).hasSuffix(Self.whole))
        #expect(await test.records().map(\.isError) == [true])
    }

    @Test func `a task of a delegate that is cancelled ends its span with what had come`() async throws {
        let test = try TestClient()
        let delegate = KeepingDelegate()
        let urlSession = test.session.urlSession(configuration: .patient, delegate: delegate)
        let request = try Self.request([["pieces": [.string(Self.event)], "stall": true]], stream: true)
        let task = urlSession.dataTask(with: request)
        await delegate.run(task) { task.cancel() }
        #expect(delegate.failure == NSURLErrorCancelled)
        #expect(await test.records().count == 1)
    }

    @Test func `two configurations are read for two sessions, and other requests for none`() async throws {
        let (first, second) = (try TestClient(), try TestClient())
        let plain = URLSessionConfiguration.patient
        let sessions = [first, second].map { URLSession(configuration: plain.traced($0.session)) }
        for session in sessions {
            _ = try await session.data(for: Self.request([["pieces": [.string(Self.whole)]]]))
        }
        var other = try Self.request([["pieces": ["{}"]]])
        other.url = other.url?.deletingLastPathComponent()
        _ = try await sessions[0].data(for: other)
        other.httpMethod = "GET"
        other.httpBody = nil
        _ = try await sessions[0].data(for: other)
        #expect(await first.records().count == 1)
        #expect(await second.records().count == 1)
        _ = try await URLSession(configuration: plain).data(for: Self.request([["pieces": [.string(Self.whole)]]]))
        #expect(await first.records().count == 1)
    }

    @Test func `a hundred calls at once are a hundred spans, each with its own answer`() async throws {
        let test = try TestClient()
        let delegateless = test.session.urlSession(configuration: .patient)
        let functions = test.session.traced(URLSession(configuration: .patient))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let request = try Self.request([
                        ["pieces": [.string(Self.whole.replacing("Hi", with: "answer \(number)"))]]
                    ])
                    switch number % 3 {
                    case 0: _ = try await delegateless.data(for: request)
                    case 1: _ = try await functions.data(for: request)
                    default: for try await _ in try await functions.bytes(for: request).0 {}
                    }
                }
            }
            try await group.waitForAll()
        }
        let texts = Set(await test.records().map { $0.json("fallom.raw.response")?["text"]?.string ?? "" })
        #expect(texts == Set((0..<100).map { "answer \($0)" }))
    }
    #endif
}
