import OrderedJSON
import SpanCodec
import TraceModel

/// A message with a text in one of its places, in each wire form.
struct SampleMessage {
    enum Form: String, CaseIterable, Sendable {
        case record, otlpJSON, escapedJSON, protobuf

        var encoding: SpanDecoder.Encoding { self == .protobuf ? .protobuf : .json }
    }

    /// Where the text stands.
    enum Place: String, CaseIterable, Sendable {
        case name, attribute, attributeName, list, map, mapName, deep, bytes, statusMessage, eventName, eventAttribute
        case linkAttribute, traceState, scopeName, scopeVersion, scopeAttribute, resourceAttribute, resourceName
        case session, model, metadata, tag, unknownField, schemaURL, header
    }

    /// What stands around the text where it stands.
    enum Wrapping: CaseIterable, Sendable {
        case bare, sentence, json, log

        /// All for one place, two by turns for the others.
        static func some(for place: Place) -> [Wrapping] {
            guard place != .attribute, let index = Place.allCases.firstIndex(of: place) else { return allCases }
            return [allCases[index % 4], allCases[(index + 1) % 4]]
        }

        func wrap(_ text: String) -> String {
            switch self {
            case .bare: text
            case .sentence: "It said \(text) and went on."
            case .json: JSONValue.object(["note": .string(text), "n": .number(1)]).compactText
            case .log: "GET /v1 HTTP/1.1\r\n\(text)\r\nAccept: */*\r\n"
            }
        }
    }

    var place: Place
    var text: String

    private func at(_ place: Place, else other: String) -> String { place == self.place ? text : other }

    /// The attributes; a list of names and values.
    private var attributes: [(String, AttributeValue)] {
        [
            ("note", .string(at(.attribute, else: "kept text"))),
            (at(.attributeName, else: "plain"), .int(1)),
            ("list", .array([.string("a"), .string(at(.list, else: "b"))])),
            (
                "map",
                .map(
                    AttributeMap([
                        .init("inner", .string(at(.map, else: "c"))), .init(at(.mapName, else: "other"), .bool(true)),
                        .init("deeper", .array([.map(AttributeMap([.init("x", .string(at(.deep, else: "d")))]))])),
                    ]))
            ),
            ("blob", .bytes(Array(at(.bytes, else: "e").utf8))),
            ("gen_ai.request.model", .string(at(.model, else: "gpt-4o"))),
            ("session.id", .string(at(.session, else: "s"))),
            ("langfuse.trace.metadata.note", .string(at(.metadata, else: "m"))),
            ("tags", .array([.string(at(.tag, else: "t"))])),
        ]
    }

    var headers: FallomHeaders {
        var headers = FallomHeaders()
        headers.take(name: "X-Fallom-Customer-Id", value: at(.header, else: "vip"))
        return headers
    }

    func body(_ form: Form) -> [UInt8] {
        switch form {
        case .record: record.compactBytes
        case .otlpJSON: otlp.compactBytes
        case .escapedJSON: Array(Self.escaped(otlp).utf8)
        case .protobuf: protobuf
        }
    }

    // MARK: Forms

    private var record: JSONValue {
        let members = attributes.map { JSONMember($0.0, Self.plain($0.1)) }
        return .object([
            "trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331",
            "start_time": "2026-11-23T15:18:40.000Z", "name": .string(at(.name, else: "n")),
            "session_id": .string(at(.session, else: "s")), "model": .string(at(.model, else: "m")),
            "status": "ERROR", "error_message": .string(at(.statusMessage, else: "oh")),
            "metadata": .object(["note": .string(at(.metadata, else: "m"))]), "tags": [.string(at(.tag, else: "t"))],
            "unknown": .string(at(.unknownField, else: "u")), "attributes": .object(members),
        ])
    }

    private static func plain(_ value: AttributeValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .int(let number): .number(JSONNumber(number))
        case .bool(let flag): .bool(flag)
        case .bytes(let bytes): .string(String(decoding: bytes, as: UTF8.self))
        case .array(let values): .array(values.map(plain))
        case .map(let map): .object(map.entries.map { JSONMember($0.name, plain($0.value)) })
        default: .null
        }
    }

    private var otlp: JSONValue {
        let span: JSONValue = .object([
            "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
            "startTimeUnixNano": "1795447120000000000", "name": .string(at(.name, else: "n")),
            "traceState": .string(at(.traceState, else: "a=b")), "attributes": .array(attributes.map(Self.pair)),
            "events": [
                .object([
                    "name": .string(at(.eventName, else: "e")), "timeUnixNano": "1795447120000000001",
                    "attributes": [Self.pair(("note", .string(at(.eventAttribute, else: "f"))))],
                ])
            ],
            "links": [.object(["attributes": [Self.pair(("note", .string(at(.linkAttribute, else: "g"))))]])],
            "status": .object(["code": 2, "message": .string(at(.statusMessage, else: "oh"))]),
            "unknown": .string(at(.unknownField, else: "u")),
        ])
        return .object([
            "resourceSpans": [
                .object([
                    "resource": .object([
                        "attributes": [
                            Self.pair(("service.name", .string("app"))),
                            Self.pair((at(.resourceName, else: "r"), .string(at(.resourceAttribute, else: "h")))),
                        ]
                    ]),
                    "schemaUrl": .string(at(.schemaURL, else: "u")),
                    "scopeSpans": [
                        .object([
                            "scope": .object([
                                "name": .string(at(.scopeName, else: "i")),
                                "version": .string(at(.scopeVersion, else: "1")),
                                "attributes": [Self.pair(("note", .string(at(.scopeAttribute, else: "j"))))],
                            ]),
                            "spans": [span],
                        ])
                    ],
                ])
            ]
        ])
    }

    private static func pair(_ pair: (String, AttributeValue)) -> JSONValue {
        .object(["key": .string(pair.0), "value": anyValue(pair.1)])
    }

    private static func anyValue(_ value: AttributeValue) -> JSONValue {
        switch value {
        case .string(let text): .object(["stringValue": .string(text)])
        case .int(let number): .object(["intValue": .string(String(number))])
        case .bool(let flag): .object(["boolValue": .bool(flag)])
        case .bytes(let bytes): .object(["bytesValue": .string(Self.base64(bytes))])
        case .array(let values): .object(["arrayValue": .object(["values": .array(values.map(anyValue))])])
        case .map(let map):
            .object(["kvlistValue": .object(["values": .array(map.entries.map { pair(($0.name, $0.value)) })])])
        default: .object([JSONMember]())
        }
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < group.count ? Int(group[$1]) : 0) }
            for place in 0..<4 {
                text.append(place <= group.count ? letters[bits >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }

    /// The same JSON with every sign and every second letter of texts written as `\u0027`, as some writers do with some. Ids,
    /// times and names of members stay as they are.
    private static func escaped(_ json: JSONValue) -> String {
        switch json {
        case .string(let text):
            if text.allSatisfy(\.isHexDigit) { return "\"\(text)\"" }
            let letters = text.unicodeScalars.enumerated().map { index, scalar in
                guard scalar.isASCII else { return String(scalar) }
                let isPlain = scalar.properties.isAlphabetic && index % 2 == 0
                let digits = String(scalar.value, radix: 16)
                return isPlain ? String(scalar) : "\\u00" + (digits.count == 1 ? "0" : "") + digits
            }
            return "\"\(letters.joined())\""
        case .array(let elements): return "[" + elements.map(escaped).joined(separator: ",") + "]"
        case .object(let members):
            return "{" + members.map { "\"\($0.name)\":" + escaped($0.value) }.joined(separator: ",") + "}"
        default: return json.compactText
        }
    }

    private var protobuf: [UInt8] {
        typealias P = Protobuf
        func text(_ number: UInt8, _ text: String) -> [UInt8] { P.field(number, Array(text.utf8)) }
        var span = P.field(1, [UInt8](repeating: 1, count: 16)) + P.field(2, [UInt8](repeating: 2, count: 8))
        span += text(3, at(.traceState, else: "a=b")) + text(5, at(.name, else: "n"))
        span += [0x39, 5, 0, 0, 0, 0, 0, 0, 0x10] + [0x41, 9, 0, 0, 0, 0, 0, 0, 0x10]
        for pair in attributes { span += P.field(9, Self.protobufPair(pair)) }
        span += P.field(
            11,
            text(2, at(.eventName, else: "e"))
                + P.field(3, Self.protobufPair(("note", .string(at(.eventAttribute, else: "f"))))))
        span += P.field(13, P.field(4, Self.protobufPair(("note", .string(at(.linkAttribute, else: "g"))))))
        span += P.field(15, text(2, at(.statusMessage, else: "oh")) + [0x18, 2])
        span += [0xA2, 0x06] + P.field(0, Array(at(.unknownField, else: "u").utf8)).dropFirst()  // Field 100.
        let scope =
            text(1, at(.scopeName, else: "i")) + text(2, at(.scopeVersion, else: "1"))
            + P.field(3, Self.protobufPair(("note", .string(at(.scopeAttribute, else: "j")))))
        let resource = P.field(
            1, Self.protobufPair((at(.resourceName, else: "r"), .string(at(.resourceAttribute, else: "h")))))
        return P.field(
            1,
            P.field(1, resource) + P.field(2, P.field(1, scope) + P.field(2, span)) + text(3, at(.schemaURL, else: "u"))
        )
    }

    private static func protobufPair(_ pair: (String, AttributeValue)) -> [UInt8] {
        Protobuf.field(1, Array(pair.0.utf8)) + Protobuf.field(2, protobufValue(pair.1))
    }

    private static func protobufValue(_ value: AttributeValue) -> [UInt8] {
        switch value {
        case .string(let text): Protobuf.field(1, Array(text.utf8))
        case .int(let number): [0x18, UInt8(number & 0x7F)]
        case .bool(let flag): [0x10, flag ? 1 : 0]
        case .bytes(let bytes): Protobuf.field(7, bytes)
        case .array(let values): Protobuf.field(5, values.flatMap { Protobuf.field(1, protobufValue($0)) })
        case .map(let map):
            Protobuf.field(6, map.entries.flatMap { Protobuf.field(1, protobufPair(($0.name, $0.value))) })
        default: []
        }
    }
}
