import OrderedJSON
public import TraceModel

extension SpanDecoder {
    /// Reads the body of `POST /sessions`: `{config_key, config_version, session_id, assigned_model}`, recorded as of
    /// `time`. Secrets are masked in it and added to `masked`.
    public func decodeSession(
        _ body: [UInt8], time: Timestamp, masked: inout Int
    ) throws(DecodeError) -> RecordedAssignment {
        let found = body.withUnsafeBytes { scanner.masked($0, .json) }
        masked += found?.count ?? 0
        let json: JSONValue
        do {
            json = try JSONValue(
                parsing: found?.bytes ?? body, maxDepth: limits.maxDepth, allowsLoneSurrogates: true, maxValues: 10_000)
        } catch {
            throw DecodeError(reason: "\(error.reason)", offset: error.offset)
        }
        guard json.object != nil else { throw DecodeError(reason: "a JSON object is needed") }
        func text(_ field: String) throws(DecodeError) -> String {
            guard let text = json[field]?.string, !text.isEmpty else {
                throw DecodeError(reason: "a text that is not empty is needed", field: field)
            }
            return text
        }
        guard let version = json["config_version"]?.int else {
            throw DecodeError(reason: "a whole number is needed", field: "config_version")
        }
        return RecordedAssignment(
            configKey: try text("config_key"), configVersion: version, sessionID: try text("session_id"),
            assignedModel: try text("assigned_model"), time: time)
    }
}
