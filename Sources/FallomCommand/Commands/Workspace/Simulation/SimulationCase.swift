import Assignment
import OrderedJSON
import TraceModel
import Workspace
import WorkspaceModel

/// Somebody a simulation asks for, with what one knows of them.
struct SimulationCase: Hashable, Sendable {
    /// What to call it; `nil` where the session id is name enough.
    var name: String?
    /// Who asks.
    var subject: Subject
    /// The model that was recorded: an assignment of the past, or the expectation of a regression file.
    var expected: Expectation?

    /// What an earlier assignment was.
    struct Expectation: Hashable, Sendable {
        /// The config version it was made with, where known.
        var version: Int?
        /// The model; `nil` for an error.
        var model: String?
    }
}

extension SimulationCase {
    /// A named context. One without a session id asks as its own name, so that its bucket is always the same.
    init(_ context: SampleContext) {
        self.init(
            name: context.name,
            subject: Subject(
                sessionID: context.sessionID ?? context.name, customerID: context.customerID, context: context.context))
    }

    /// How it is named to people: name and session id.
    var title: String {
        guard let name, !name.utf8.elementsEqual(subject.sessionID.utf8) else { return subject.sessionID }
        return "\(name) (\(subject.sessionID))"
    }

    /// Name, customer and context, as JSON gives them beside the assignment.
    var members: [JSONMember] {
        [
            JSONMember("name", .text(name)), JSONMember("customer_id", .text(subject.customerID)),
            JSONMember(
                "context", .object(subject.context.entries.map { JSONMember($0.name, .string($0.value)) })),
        ]
    }

    /// Asks a config.
    func evaluation(by config: ModelConfig) -> Evaluation {
        config.evaluate(sessionID: subject.sessionID, customerID: subject.customerID, context: subject.context)
    }

    /// Whether that is the model it expects, byte for byte; two errors are the same.
    func isExpected(_ evaluation: Evaluation) -> Bool {
        evaluation.model.map(UTF8Key.init) == expected?.model.map(UTF8Key.init)
    }
}
