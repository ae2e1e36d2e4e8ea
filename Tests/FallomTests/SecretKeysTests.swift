import AsyncHTTPClient
import Fallom
import FallomAsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OrderedJSON
import SpanCodec
import Testing

/// Twenty kinds of keys, in every place where an app may put one, and every error that the clients can throw: no span, no
/// log and no description of an error holds one.
@Suite struct SecretKeysTests {
    /// Where the key stands.
    enum Place: String, CaseIterable, Sendable {
        /// Given as the key.
        case key
        /// Read from a mounted file, with the line end of its last line.
        case keyWithLineEnd
        /// A line end inside, as of a key that was wrapped.
        case brokenKey
        /// In the address, as the password of its user.
        case address
        /// In a header of the app's own.
        case ownHeader
        case ownHeaderWithLineEnd
    }

    static let keys = [
        "sk-4dQ2mVx8Zr0TfLwPb7Yk1uNc", "sk-proj-Q8rT_2mX-vL0pZfWc7Yk1uNbD4sGh6jK",
        "sk-ant-api03-Rt5Yq_wE2mX-vL0pZfWc7Yk1uNbAA",
        "sk-or-v1-3f9a0c7be51d8264f7ab09ce", "AIzaSyQ8rT2mXvL0pZfWc7Yk1uNbD4sGh6jKw0",
        "5f0e9b7c3a1d48e2a6c4d8f0b2e19375",
        "gsk_Wq3Er5Ty7Ui9Op1As3Df5Gh7Jk9Lz1Xc", "xai-Pm4Ln6Bv8Cx0Za2Sd4Fg6Hj8Kl0", "pplx-1a2b3c4d5e6f7a8b9c0d",
        "hf_QwErTyUiOpAsDfGhJkLzXcVbNm",
        "r8_Zx9Cv8Bn7Mq6Wl5Ke4Jr3Ht2Gy1", "nvapi-Kq8rT2mXvL0pZfWc7Yk1uNbD4s", "fw_3ZqXvL0pWc7Yk1uNb",
        "ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.Qm9ndXNTaWduYXR1cmU", "ya29.a0AfQ8rT2mXvL0pZfWc7Yk1uNb",
        "co-7Yk1uNbD4sGh6jKwQ8rT2mXvL0p",
        "0b8f6a52-7c1e-4f39-9d27-e4c5a1b3d906", "p@ss+w0rd/with=signs&more", "schlüssel-ohne-ascii-42",
    ]

    private static let limits = CallLimits(head: .seconds(120), idle: .milliseconds(100), retries: 0)

    @Test(arguments: keys) func `no key comes out, wherever it stood and whatever went wrong`(_ key: String)
        async throws
    {
        let log = CapturedLog()
        let test = try TestClient {
            $0.logger = log.logger
            $0.debug = true
        }
        var errors: [any Error] = []
        // Every client meets every trouble and every place with some of the keys.
        var turn = Self.keys.firstIndex(of: key) ?? 0
        for place in Place.allCases {
            for trouble in Trouble.allCases {
                turn += 1
                let client = Client.allCases[turn % Client.allCases.count]
                let call = Call(key: key, place: place, url: try trouble.url(repeating: key), limits: Self.limits)
                do {
                    try await call.make(client, in: test.session)
                    Issue.record("\(client), \(place), \(trouble): no error")
                } catch {
                    errors.append(error)
                }
            }
            turn += 1
            try await byHand(key, place, test.session)
        }
        let parts = Self.parts(key)
        for error in errors {
            #expect(error is ProviderError, "\(type(of: error))")
            var dumped = ""
            dump(error, to: &dumped)
            let cause = (error as? ProviderError)?.cause
            for text in [
                String(describing: error), String(reflecting: error), error.localizedDescription, dumped,
                cause.map { "\($0) \(String(reflecting: $0)) \($0.localizedDescription)" } ?? "",
            ] {
                for part in parts where text.contains(part) { Issue.record("\(part) in \(text)") }
            }
        }
        let records = await test.records()
        #expect(records.count >= Place.allCases.count * Trouble.allCases.count)
        for record in records {
            let text = String(decoding: record.encoded(), as: UTF8.self)
            for part in parts where text.contains(part) { Issue.record("\(part) in \(text)") }
        }
        for line in log.lines { #expect(!parts.contains { line.text.contains($0) }, "\(line)") }
    }

    /// What of a key is one: itself, percent-encoded, and half of it.
    private static func parts(_ key: String) -> [String] {
        let middle = key.index(key.startIndex, offsetBy: key.count / 2)
        return [key, Call.encoded(key), String(key[..<middle]), String(key[middle...])]
    }

    /// The same through the HTTP stand-in, which throws what the client inside throws: spans and logs are ours.
    private func byHand(_ key: String, _ place: Place, _ session: Session) async throws {
        for trouble in [Trouble.echoAsJSON, .echoAsText, .echoInside, .echoInStream, .cut] {
            let url = try trouble.url(repeating: key)
            let query = place == .address ? "?key=" + Call.encoded(key) : ""
            var request = HTTPClientRequest(url: url + "/v1/chat/completions" + query)
            request.method = .POST
            switch place {
            case .key: request.headers.add(name: "Authorization", value: "Bearer " + key)
            case .keyWithLineEnd: request.headers.add(name: "Authorization", value: "Bearer \(key)\n")
            case .brokenKey: request.headers.add(name: "api-key", value: Call.broken(key))
            case .address: break
            case .ownHeader: request.headers.add(name: "x-api-key", value: key)
            case .ownHeaderWithLineEnd: request.headers.add(name: "X-Gateway-Key", value: key + "\n")
            }
            request.body = .bytes(ByteBuffer(string: #"{"model":"gpt-4o","messages":[],"stream":true}"#))
            do {
                let response = try await session.traced(HTTPClient.patient).execute(request, timeout: .minutes(5))
                _ = try await response.body.collect(upTo: 1 << 20)
            } catch {
                // The app's own matter.
            }
        }
    }
}

extension SecretKeysTests {
    /// What goes wrong.
    enum Trouble: String, CaseIterable, Sendable {
        case echoAsJSON, echoAsPage, echoAsText, echoInside, echoInStream, echoInHeaders, noAnswer, notJSON, cut,
            endsEarly,
            stalls, refused, unknownHost, noAddress

        /// The base of a server where that goes wrong; it repeats the key wherever it can.
        func url(repeating key: String) throws -> String {
            let events = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n"
            let said = try #require(String(data: JSONEncoder().encode("Incorrect key: \(key)"), encoding: .utf8))
            let error = "{\"error\":{\"message\":\(said),\"type\":\(said),\"code\":\(said)}}"
            return switch self {
            case .echoAsJSON: try Script.url([.init(status: 401, pieces: [error])])
            case .echoAsPage:
                try Script.url([.init(status: 502, pieces: ["<html><title>Bearer \(key)</title></html>"])])
            case .echoAsText: try Script.url([.init(status: 403, pieces: ["no access with \(key)"])])
            case .echoInside: try Script.url([.init(pieces: [error])])
            case .echoInStream: try Script.url([.init(pieces: [events, "data: \(error)\n\n"])])
            case .echoInHeaders:
                try Script.url([
                    .init(status: 401, headers: ["x-request-id": Call.ascii(key), "www-authenticate": Call.ascii(key)])
                ])
            case .noAnswer: try Script.url([.init(pieces: ["<html><title>\(key)</title></html>"])])
            case .notJSON: try Script.url([.init(pieces: ["{\"choices\": \(key)"])])
            case .cut: try Script.url([.init(pieces: ["{\"choices\""], cut: true)])
            case .endsEarly: try Script.url([.init(pieces: ["data: {\"cho"])])
            case .stalls: try Script.url([.init(pieces: ["{\"choices\""], stall: true)])
            case .refused: "http://127.0.0.1:1"
            case .unknownHost: "http://nobody.invalid"
            case .noAddress: "htt\\p://nobody?key=\(key)"
            }
        }
    }

    enum Client: CaseIterable, Sendable { case chat, chatStream, responses, messages, messageStream, google, text }

    /// A call of one of the clients, with the key somewhere.
    struct Call {
        let key: String
        let place: Place
        let url: String
        let limits: CallLimits

        private static let unreserved = CharacterSet(
            charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

        static func broken(_ key: String) -> String {
            let middle = key.index(key.startIndex, offsetBy: key.count / 2)
            return key[..<middle] + "\n" + key[middle...]
        }

        static func encoded(_ key: String) -> String {
            key.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
        }

        static func ascii(_ key: String) -> String { key.allSatisfy(\.isASCII) ? key : encoded(key) }

        private var given: String {
            switch place {
            case .key: key
            case .keyWithLineEnd: key + "\r\n"
            case .brokenKey: Self.broken(key)
            case .address, .ownHeader, .ownHeaderWithLineEnd: "another-key"
            }
        }

        private var headers: [(name: String, value: String)] {
            switch place {
            case .ownHeader: [("X-Gateway-Key", key)]
            case .ownHeaderWithLineEnd: [("X-Gateway-Key", Self.broken(key))]
            case .key, .keyWithLineEnd, .brokenKey, .address: []
            }
        }

        private var address: String {
            place == .address ? url.replacing("://", with: "://me:\(Self.encoded(key))@") : url
        }

        func make(_ client: Client, in session: Session) async throws {
            let openAI = OpenAIClient(apiKey: given, baseURL: address + "/v1", headers: headers, limits: limits)
            let anthropic = AnthropicClient(apiKey: given, baseURL: address, headers: headers, limits: limits)
            let google = GoogleAIClient(apiKey: given, baseURL: address + "/v1beta", headers: headers, limits: limits)
            switch client {
            case .chat:
                _ = try await session.wrapOpenAI(openAI).chat.completions.create(Requests.chat(.plain))
            case .chatStream:
                for try await _ in try await session.wrapOpenAI(openAI).chat.completions.stream(Requests.chat(.plain)) {
                }
            case .responses: _ = try await session.wrapOpenAI(openAI).responses.create(Requests.response(.plain))
            case .messages: _ = try await session.wrapAnthropic(anthropic).messages.create(Requests.messages(.plain))
            case .messageStream:
                for try await _ in try await session.wrapAnthropic(anthropic).messages.stream(Requests.messages(.plain))
                {}
            case .google:
                _ = try await session.wrapGoogleAI(google.generativeModel("gemini")).generateContent("Hi")
            case .text:
                _ = try await session.wrapAISDK().generateText(
                    model: openAI.languageModel("gpt-4o"), prompt: "Hi")
            }
        }
    }
}
