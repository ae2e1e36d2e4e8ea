public import Fallom
public import Logging

extension Session {
    /// Metadata for swift-log: the task's trace and span, and this session's id, on every line.
    ///
    /// ```swift
    /// LoggingSystem.bootstrap(StreamLogHandler.standardError, metadataProvider: session.logMetadata)
    /// ```
    public var logMetadata: Logger.MetadataProvider {
        let sessionID = context.sessionID
        return Logger.MetadataProvider {
            var metadata: Logger.Metadata = ["session_id": .string(sessionID)]
            if let span = SpanContext.current {
                metadata["trace_id"] = .string(span.traceID)
                metadata["span_id"] = .string(span.spanID)
            }
            return metadata
        }
    }
}
