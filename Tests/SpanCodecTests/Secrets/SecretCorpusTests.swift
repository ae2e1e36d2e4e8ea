import Foundation
import OrderedJSON
import Testing
import TraceModel

@testable import SpanCodec

@Suite struct `Secrets of every kind` {
    /// Everything that is kept of a message, as one text.
    private static func kept(_ message: SampleMessage, _ form: SampleMessage.Form) throws -> String {
        let batch = try SpanDecoder().decodeTraces(
            message.body(form), encoding: form.encoding, headers: message.headers)
        let ingested = try #require(batch.spans.first, "\(batch.rejected)")
        let payload = ingested.payload
        var texts = [
            "\(ingested.span)", String(decoding: payload.span, as: UTF8.self),
            String(decoding: payload.surroundings + payload.resource, as: UTF8.self),
        ]
        texts.append(String(decoding: try SpanExport.ndjsonLine(of: payload), as: UTF8.self))
        texts.append(String(decoding: try SpanExport.otlpLine(of: ingested.span, payload: payload), as: UTF8.self))
        texts.append("\(try PayloadDecoder().detail(of: payload))")
        return texts.joined(separator: "\n")
    }

    @Test(arguments: SecretCorpus.secrets, SampleMessage.Form.allCases)
    func `are found nowhere in what is kept`(secret: SampleSecret, form: SampleMessage.Form) throws {
        for place in SampleMessage.Place.allCases {
            for wrapping in SampleMessage.Wrapping.some(for: place) {
                let message = SampleMessage(place: place, text: wrapping.wrap(secret.text))
                let kept = try Self.kept(message, form)
                let isSeen =
                    kept.contains(secret.hidden) || kept.contains(Data(secret.hidden.utf8).base64EncodedString())
                #expect(!isSeen, "\(place), \(wrapping)")
                if place != .attribute { #expect(kept.contains("kept text"), "\(place), \(wrapping)") }
            }
        }
    }

    @Test(arguments: SampleMessage.Form.allCases)
    func `of names in attributes are masked whatever they are`(form: SampleMessage.Form) throws {
        let names = [
            "password", "db.password", "user_passwd", "clientSecret", "client_secret", "AUTH_TOKEN", "accessToken",
            "apiKey",
            "http.request.header.authorization", "http.request.header.x-api-key", "set-cookie", "aws_secret_access_key",
        ]
        for name in names {
            let message = NamedMessage(name: name, value: "letmein")
            let batch = try SpanDecoder().decodeTraces(message.body(form), encoding: form.encoding)
            let payload = try #require(batch.spans.first, "\(batch.rejected)").payload
            #expect(!String(decoding: payload.span, as: UTF8.self).contains("letmein"), "\(name)")
            #expect(batch.masked == 1)
        }
    }

    @Test(arguments: SampleMessage.Form.allCases)
    func `are not seen in names that only sound so`(form: SampleMessage.Form) throws {
        let names = [
            "gen_ai.usage.input_tokens", "max_tokens", "token_count", "time_to_first_token_ms", "tokenizer",
            "token_type",
            "secretary", "password_policy", "key", "config_key", "prompt_key", "stop_token", "monkey",
            "llm.token_count.prompt",
        ]
        for name in names {
            let message = NamedMessage(name: name, value: "letmein2")
            let batch = try SpanDecoder().decodeTraces(message.body(form), encoding: form.encoding)
            let detail = try PayloadDecoder().detail(of: try #require(batch.spans.first).payload)
            #expect(detail.attributes[name] == .string("letmein2"), "\(name)")
            #expect(batch.masked == 0)
        }
    }

    @Test func `of headers and of recorded sessions are masked`() throws {
        let secret = SecretCorpus.secrets[0].text
        var headers = FallomHeaders()
        headers.take(name: "x-fallom-session-id", value: secret)
        let batch = try SpanDecoder().decodeTraces(record(), encoding: .json, headers: headers)
        #expect(batch.masked == 1)
        #expect(!"\(batch.spans)".contains(secret))
        var masked = 0
        let body = #"{"config_key":"\#(secret)","config_version":1,"session_id":"s","assigned_model":"m"}"#
        let assignment = try SpanDecoder().decodeSession(
            Array(body.utf8), time: .init(unixMilliseconds: 0), masked: &masked)
        #expect(!"\(assignment)".contains(secret))
        #expect(masked == 1)
    }

    @Test(arguments: [false, true])
    func `of logged content are masked`(isProtobuf: Bool) throws {
        let secret = SecretCorpus.secrets[0].text
        let body: [UInt8]
        if isProtobuf {
            let log =
                Protobuf.field(9, [UInt8](repeating: 1, count: 16))
                + Protobuf.field(10, [UInt8](repeating: 2, count: 8))
                + Protobuf.field(12, Array("gen_ai.choice".utf8))
                + Protobuf.field(5, Protobuf.field(1, Array(secret.utf8)))
            body = Protobuf.field(1, Protobuf.field(2, Protobuf.field(2, log)))
        } else {
            body = Array(
                (#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"0af7651916cd43dd8448eb211c80319c","#
                    + #""spanId":"b7ad6b7169203331","eventName":"gen_ai.choice","body":{"stringValue":"\#(secret)"}}]}]}]}"#)
                    .utf8)
        }
        let batch = try SpanDecoder().decodeLogs(body, encoding: isProtobuf ? .protobuf : .json)
        #expect(batch.masked == 1)
        #expect(!String(decoding: try #require(batch.contents.first).payload, as: UTF8.self).contains(secret))
    }
}

/// A span with one attribute.
private struct NamedMessage {
    var name: String
    var value: String

    func body(_ form: SampleMessage.Form) -> [UInt8] {
        switch form {
        case .record: record(#""attributes":{"\#(name)":"\#(value)"}"#)
        case .otlpJSON: OTLPSpan(attributes: [name: .string(value)]).body
        case .escapedJSON:
            Array(
                String(decoding: OTLPSpan(attributes: [name: .string(value)]).body, as: UTF8.self)
                    .replacing("\"\(name)\"", with: "\"\(escaped(name))\"").utf8)
        case .protobuf: Protobuf.request(attributes: [(name, value)])
        }
    }

    private func escaped(_ text: String) -> String {
        text.unicodeScalars.map { "\\u00" + String($0.value, radix: 16) }.joined()
    }
}

@Suite struct `The search for secrets` {
    private static let words = SecretFormat.known.flatMap(\.anchored)

    @Test func `has a group for each word`() {
        let missing = Self.words.filter {
            WordGroups.numbers[[$0.bytes.0.lowered, $0.bytes.1.lowered, $0.bytes.2.lowered]] == nil
        }
        // Tests/EndToEnd/word_groups.py makes the groups anew.
        #expect(missing.map { String(decoding: $0.word, as: UTF8.self) } == [])
    }

    /// Lengths around the steps of the search, and places all over them.
    @Test(arguments: [0, 1, 2, 3, 29, 31, 32, 33, 34, 35, 63, 64, 65, 66, 67, 97, 131])
    func `finds each word wherever it stands`(room: Int) {
        let known = KnownSecrets.shared
        for word in Self.words {
            for before in Set([0, min(1, room), room / 2, room]) {
                var text = [UInt8](repeating: UInt8(ascii: " "), count: before)
                text += word.word
                // An address that names nobody is none.
                if text.suffix(3).elementsEqual("://".utf8) { text += Array("u:p@".utf8) }
                text += [UInt8](repeating: UInt8(ascii: " "), count: room - before)
                let isFound = text.withUnsafeBytes { known.mayStart(in: $0) }
                #expect(isFound, "\(String(decoding: word.word, as: UTF8.self)) at \(before) of \(text.count)")
            }
        }
    }

    @Test func `passes over what stands in every span`() {
        let span = #"{"prompt_tokens": 12, "total_tokens": 9, "time_to_first_token_ms": 5, "text": "caf\u00e9"} "#
        let other =
            #"{"llm.token_count.prompt": 12, "url": "https://api.example.com/v1/", "home": "http://localhost"} "#
        let text = Array((span + other + span + other).utf8)
        #expect(!text.withUnsafeBytes { KnownSecrets.shared.mayStart(in: $0) })
    }

    @Test(arguments: [
        "the_token_council=ab12cd34ef56", "the_token_coun=ab12cd34ef56",
        "see https://user:pw@host/ there",
        "see https://user@host/ there", "a://b c://d:e@f", "a://b/c://d:e@f", "https://host?to=a@b.example/ there",
    ]) func `passes over nothing that only begins like that`(text: String) {
        let text = Array("        \(text)              ".utf8)
        #expect(text.withUnsafeBytes { KnownSecrets.shared.mayStart(in: $0) })
    }
}
