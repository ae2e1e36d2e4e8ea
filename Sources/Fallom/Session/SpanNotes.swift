package import OrderedJSON
package import TraceModel

/// What a span says beside itself, as attributes of its record: what happened while it ran, and spans elsewhere that it
/// has to do with.
package enum SpanNotes {
    /// A span elsewhere.
    package struct Link: Sendable {
        package var span: SpanContext
        package var attributes: [JSONMember]

        package init(span: SpanContext, attributes: [JSONMember] = []) {
            self.span = span
            self.attributes = attributes
        }
    }

    /// Something that happened.
    package struct Event: Sendable {
        package var name: String
        package var time: Timestamp
        package var attributes: [JSONMember]

        package init(name: String, time: Timestamp, attributes: [JSONMember]) {
            self.name = name
            self.time = time
            self.attributes = attributes
        }
    }

    /// `fallom.links`: a list of `{"trace_id", "span_id", "attributes"}`.
    package static func links(_ links: [Link]) -> JSONMember {
        JSONMember(
            "fallom.links",
            .array(
                links.map { link in
                    let ids = [
                        JSONMember("trace_id", .string(link.span.traceID)),
                        JSONMember("span_id", .string(link.span.spanID)),
                    ]
                    return .object(ids + attributes(link.attributes))
                }))
    }

    /// `fallom.events`: a list of `{"name", "time_unix_nano", "attributes"}`.
    package static func events(_ events: [Event]) -> JSONMember {
        JSONMember(
            "fallom.events",
            .array(
                events.map { event in
                    let members = [
                        JSONMember("name", .string(event.name)),
                        JSONMember("time_unix_nano", .string(String(event.time.unixNanoseconds))),
                    ]
                    return .object(members + attributes(event.attributes))
                }))
    }

    private static func attributes(_ members: [JSONMember]) -> [JSONMember] {
        members.isEmpty ? [] : [JSONMember("attributes", .object(members))]
    }
}
