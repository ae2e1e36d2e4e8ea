import Foundation

/// A call that every app makes, each in its own way: the variable CALLS names a file with the list.
public struct Call: Codable, Sendable {
    /// What the session of the call is called.
    public var name: String
    /// The API's base, with its version.
    public var baseURL: String
    /// The model.
    public var model: String
    /// What is asked.
    public var prompt: String
    /// Whether the answer comes piece by piece.
    public var streams: Bool

    /// Those of the file; none without one.
    public static func all() throws -> [Call] {
        guard let path = ProcessInfo.processInfo.environment["CALLS"] else { return [] }
        return try JSONDecoder().decode([Call].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The request in OpenAI's words.
    public var body: Data {
        get throws {
            struct Message: Encodable {
                var role = "user"
                var content: String
            }
            struct Body: Encodable {
                var model: String
                var messages: [Message]
                var stream: Bool?
            }
            let body = Body(model: model, messages: [Message(content: prompt)], stream: streams ? true : nil)
            return try JSONEncoder().encode(body)
        }
    }
}
