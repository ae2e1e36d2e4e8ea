package import Instrumentation

/// Where a new span belongs: its trace, its parent there, and the span of a stranger inside of which it was opened.
package struct Lineage: Sendable {
    package var traceID: String
    package var parentID: String?
    /// The span of another session or another client, which is no parent of this one.
    package var link: SpanContext?

    /// The place of a span that `session` starts now.
    ///
    /// It continues the current span when that is the session's own, or was read from a request. Without a current span
    /// of ours it joins the trace of whatever other tracer the app has.
    package init(of session: Session, in context: ServiceContext?) {
        if let place = context?.fallomPlace, let span = place.span {
            if let owner = place.spanOwner, !owner.isSame(as: session) {
                self.init(traceID: session.core.ids.traceID(), link: span)
            } else {
                self.init(traceID: span.traceID, parentID: span.spanID)
            }
        } else if let span = context.flatMap(ForeignTrace.span(in:)) {
            self.init(traceID: span.traceID, parentID: span.spanID)
        } else {
            self.init(traceID: session.core.ids.traceID())
        }
    }

    private init(traceID: String, parentID: String? = nil, link: SpanContext? = nil) {
        self.traceID = traceID
        self.parentID = parentID
        self.link = link
    }
}

/// The trace of another tracer, known by the `traceparent` that it would send.
package enum ForeignTrace {
    private struct TraceParent: Injector {
        func inject(_ value: String, forKey key: String, into carrier: inout String?) {
            if key.lowercased() == "traceparent" { carrier = value }
        }
    }

    package static func span(in context: ServiceContext) -> SpanContext? {
        var header: String?
        InstrumentationSystem.instrument.inject(context, into: &header, using: TraceParent())
        return header.flatMap(SpanContext.init(traceparent:))
    }
}
