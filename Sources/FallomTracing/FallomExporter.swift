public import Fallom
import OrderedJSON

/// Sends spans of OpenTelemetry's shape to Fallom as one OTLP request, the session in `X-Fallom-*` headers: the twin of
/// the published SDKs' `FallomExporter`.
public struct FallomExporter: Sendable {
    let session: Session
    private let sender: FallomClient.OTLPSender

    /// Makes an exporter.
    ///
    /// - Parameter client: whose traces address, key and limits count.
    /// - Throws: ``ConfigurationError`` when the client's spans go to no HTTP service.
    public init(client: FallomClient, session: Session) throws(ConfigurationError) {
        self.session = session
        sender = try client.otlpSender()
    }

    /// Sends the spans, as far as ``Fallom/FallomOptions/sessionShare`` and ``Fallom/FallomOptions/redact`` let them leave.
    ///
    /// - Returns: whether the service took them. Never throws into the app.
    @discardableResult
    public func export(_ spans: [OTelSpan], resource: [String: JSON] = [:]) async -> Bool {
        let policy = session.core.policy
        var isTaken = true
        // Headers say whose the spans are: those that the app made somebody else's go by themselves.
        for (context, group) in Dictionary(grouping: spans.compactMap(passed), by: \.context) {
            let body = Self.body(group.map(\.span), resource: resource, policy: policy)
            isTaken = await sender.send(body, headers: Self.headers(context)) && isTaken
        }
        return isTaken
    }

    /// The session as headers. A header's value is Latin-1 on the wire: what is not is percent-encoded.
    static func headers(_ context: SessionContext) -> [(name: String, value: String)] {
        var headers = [
            (name: "X-Fallom-Config-Key", value: safe(context.configKey)),
            (name: "X-Fallom-Session-Id", value: safe(context.sessionID)),
        ]
        if let customer = context.customerID { headers.append((name: "X-Fallom-Customer-Id", value: safe(customer))) }
        return headers
    }

    private static func safe(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }

    /// OTLP JSON.
    static func body(_ spans: [OTelSpan], resource: [String: JSON], policy: ContentPolicy) -> JSONValue {
        var resource = resource
        if resource["service.name"] == nil { resource["service.name"] = "fallom-traced-app" }
        return [
            "resourceSpans": [
                [
                    "resource": ["attributes": attributes(resource, policy)],
                    "scopeSpans": [
                        ["scope": ["name": "@fallom/swift"], "spans": .array(spans.map { $0.json(policy) })]
                    ],
                ]
            ]
        ]
    }

    static func attributes(_ attributes: [String: JSON], _ policy: ContentPolicy) -> JSONValue {
        .array(
            attributes.sorted { $0.key < $1.key }
                .filter { policy.capturesContent || !ContentPolicy.isContent(attribute: $0.key) }
                .map { ["key": .string($0.key), "value": anyValue($0.value.value)] })
    }

    private static func anyValue(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null: return [:]
        case .bool: return ["boolValue": value]
        case .string: return ["stringValue": value]
        case .number(let number):
            if let integer = Int64(number.text) { return ["intValue": .string(String(integer))] }
            return ["doubleValue": value]
        case .array(let elements): return ["arrayValue": ["values": .array(elements.map(anyValue))]]
        case .object(let members):
            let values = members.map { JSONValue.object(["key": .string($0.name), "value": anyValue($0.value)]) }
            return ["kvlistValue": ["values": .array(values)]]
        }
    }
}

/// A span of OpenTelemetry's shape.
public struct OTelSpan: Hashable, Sendable {
    /// Something that happened during a span.
    public struct Event: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// When: nanoseconds since 1970.
        public var unixNanoseconds: Int64
        /// Its attributes.
        public var attributes: [String: JSON]

        /// Makes an event.
        public init(name: String, unixNanoseconds: Int64, attributes: [String: JSON] = [:]) {
            self.name = name
            self.unixNanoseconds = unixNanoseconds
            self.attributes = attributes
        }
    }

    /// Trace and span id.
    public var context: SpanContext
    /// The parent's span id.
    public var parentSpanID: String?
    /// The name.
    public var name: String
    /// OTLP's kind: 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
    public var kind: Int
    /// When it started: nanoseconds since 1970.
    public var startUnixNanoseconds: Int64
    /// When it ended.
    public var endUnixNanoseconds: Int64
    /// Attributes.
    public var attributes: [String: JSON]
    /// Events.
    public var events: [Event]
    /// How it went: `nil` for unset, `true` for OK, `false` for an error.
    public var isOK: Bool?
    /// What went wrong.
    public var message: String?

    /// Makes a span.
    public init(
        context: SpanContext, parentSpanID: String? = nil, name: String, kind: Int = 1, startUnixNanoseconds: Int64,
        endUnixNanoseconds: Int64, attributes: [String: JSON] = [:], events: [Event] = [], isOK: Bool? = nil,
        message: String? = nil
    ) {
        self.context = context
        self.parentSpanID = parentSpanID
        self.name = name
        self.kind = kind
        self.startUnixNanoseconds = startUnixNanoseconds
        self.endUnixNanoseconds = endUnixNanoseconds
        self.attributes = attributes
        self.events = events
        self.isOK = isOK
        self.message = message
    }

    func json(_ policy: ContentPolicy) -> JSONValue {
        var members: [JSONMember] = [
            JSONMember("traceId", .string(context.traceID)), JSONMember("spanId", .string(context.spanID)),
        ]
        if let parentSpanID { members.append(JSONMember("parentSpanId", .string(parentSpanID))) }
        members += [
            JSONMember("name", .string(name)), JSONMember("kind", .number(kind)),
            JSONMember("startTimeUnixNano", .string(String(startUnixNanoseconds))),
            JSONMember("endTimeUnixNano", .string(String(endUnixNanoseconds))),
            JSONMember("attributes", FallomExporter.attributes(attributes, policy)),
        ]
        if !events.isEmpty {
            members.append(
                JSONMember(
                    "events",
                    .array(
                        events.map { event in
                            [
                                "name": .string(event.name),
                                "timeUnixNano": .string(String(event.unixNanoseconds)),
                                "attributes": FallomExporter.attributes(event.attributes, policy),
                            ]
                        })))
        }
        var status: [JSONMember] = []
        if let isOK { status.append(JSONMember("code", isOK ? 1 : 2)) }
        if let message, policy.capturesContent { status.append(JSONMember("message", .string(message))) }
        members.append(JSONMember("status", .object(status)))
        return .object(members)
    }
}
