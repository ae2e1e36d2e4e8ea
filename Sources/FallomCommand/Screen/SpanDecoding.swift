import Console
import OrderedJSON
import SpanCodec
import TraceModel

extension LoadedSpan {
    /// Decodes a stored payload for the screen. What cannot be decoded is shown as bytes, not hidden.
    @Sendable
    static func decode(_ payload: StoredSpanPayload) throws -> LoadedSpan {
        let decoder = PayloadDecoder()
        let payload = payload.filled
        var stored = payload.stored
        let detail = try decoder.detail(of: payload.payload, contents: payload.contents, span: stored.span)
        decoder.complete(&stored.span, from: detail)
        let json =
            (try? decoder.rawJSON(of: payload.payload).compactText)
            ?? String(decoding: payload.payload.span, as: UTF8.self)
        return LoadedSpan(stored: stored, detail: detail, json: json)
    }
}
