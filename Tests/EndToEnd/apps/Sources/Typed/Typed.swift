import Fallom
import FallomSchema
import Foundation

/// A task in a list.
@Schema
public struct Chore: Codable, Sendable {
    /// How it presses.
    @Schema
    public enum Urgency: String, Codable, Sendable {
        case low, high
        case someDay = "some day"
    }

    /// What there is to do,
    /// in a few words.
    ///
    /// Nothing of this paragraph.
    public var title: String
    /** How pressing it is. */
    var urgency: Urgency?
    var due: Date
    var minutes, people: Int
    var tags: [String] = []
    var prices: [String: Double]
    var steps: [Step] { [] }
    var `where`: URL?
    let version = 3
    static let shared = 1
    var seen = 0

    enum CodingKeys: String, CodingKey {
        case title, urgency
        case due = "due_at"
        case minutes, people, tags, prices, `where`
    }
}

/// One step.
@Schema
struct Step: Codable, Sendable {
    var text: String { didSet { print(text) } }
    var done: Bool
    var inside: [Step2?]
}

@Schema
struct Step2: Codable, Sendable {
    let id: UUID
}

/// Prints what the macro made of the types above, and uses one in a run: with a model that a double plays.
@main
enum Typed {
    static func main() async throws {
        print(Chore.jsonSchema.compactText)
        print(Step.jsonSchema.compactText)
        let tool = Tool("add", arguments: Chore.self) { $0.title }
        print(tool.definition.parameters == Chore.jsonSchema, NamedSchema(Chore.Urgency.self).name)
        let arguments: JSON = [
            "title": "Tea", "due_at": "2026-11-29", "minutes": 3, "people": 1, "tags": [], "prices": [:],
        ]
        print(try await tool.execute?(arguments).compactText ?? "")
    }
}
