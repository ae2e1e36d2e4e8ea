import Fallom
import OrderedJSON
import SpanCodec
import TraceModel

extension FallomExporter {
    /// What may leave of a span: it passes the client's gate in the form of a record.
    struct Passed {
        var span: OTelSpan
        var context: SessionContext
    }

    /// `nil` for a span of a session that is not sent, and for one that the app keeps back.
    func passed(_ span: OTelSpan) -> Passed? {
        let context = session.context
        var record = context.record(
            span.context, parentID: span.parentSpanID, name: span.name, kind: .custom,
            start: Timestamp(unixNanoseconds: span.startUnixNanoseconds))
        record.endTime = Timestamp(unixNanoseconds: span.endUnixNanoseconds)
        record.isError = span.isOK == false
        record.errorMessage = span.message
        record.attributes = Self.members(span.attributes)
        if !span.events.isEmpty {
            let events = span.events.map {
                SpanNotes.Event(
                    name: $0.name, time: Timestamp(unixNanoseconds: $0.unixNanoseconds),
                    attributes: Self.members($0.attributes))
            }
            record.attributes.append(SpanNotes.events(events))
        }
        guard let left = session.core.pipeline.gate.passed(record, isStart: false) else { return nil }
        return left == record ? Passed(span: span, context: context) : Passed(left, of: span, in: context)
    }

    private static func members(_ attributes: [String: JSON]) -> [JSONMember] {
        attributes.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value.value) }
    }
}

extension FallomExporter.Passed {
    /// What the app left of a span.
    fileprivate init(_ record: FallomRecord, of span: OTelSpan, in context: SessionContext) {
        self.span = span
        self.context = context
        self.span.name = record.name
        self.span.message = record.errorMessage
        self.span.attributes = [:]
        self.span.events = []
        for member in record.attributes {
            if member.name == "fallom.events", !span.events.isEmpty {
                self.span.events = (member.value.array ?? []).compactMap(OTelSpan.Event.init)
            } else {
                self.span.attributes[member.name] = JSON(member.value)
            }
        }
        self.context.configKey = record.configKey
        self.context.sessionID = record.sessionID
        self.context.customerID = record.customerID
    }
}

extension OTelSpan.Event {
    /// Reads one of `fallom.events`.
    fileprivate init?(_ json: JSONValue) {
        guard let name = json["name"]?.string, let time = json["time_unix_nano"]?.string.flatMap({ Int64($0) }) else {
            return nil
        }
        let members = json["attributes"]?.object ?? []
        self.init(
            name: name, unixNanoseconds: time,
            attributes: Dictionary(members.map { ($0.name, JSON($0.value)) }) { $1 })
    }
}
