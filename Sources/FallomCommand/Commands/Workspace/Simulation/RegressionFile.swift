import Assignment
import OrderedJSON

/// Assignments kept in a file, so that a pipeline can see that a rule set still gives them: one object a line with
/// `config_key`, `config_version`, `name`, `session_id`, `customer_id`, `context`, `model`, `variant_index`, `reason`.
struct RegressionFile: Sendable {
    /// The cases of the config.
    var cases: [SimulationCase] = []
    /// How many cases belong to other configs.
    var ofOtherConfigs = 0

    /// Reads a file's cases.
    ///
    /// - Throws: ``CommandFailure`` for what is no case: a check that skips cases would guard nothing.
    init(path: String, config: String) throws {
        for record in try RecordFile(path: path).records {
            let place = "\(path)\(record.place)"
            guard let key = record.value["config_key"]?.string else { throw Self.fault(place, "config_key") }
            guard key.utf8.elementsEqual(config.utf8) else {
                ofOtherConfigs += 1
                continue
            }
            cases.append(try Self.regression(record.value, place))
        }
        guard cases.isEmpty else { return }
        throw CommandFailure(
            "\(path) has no case of the config '\(config)'", hint: "'fallom simulate --write-cases FILE' writes one.")
    }

    private static func regression(_ record: JSONValue, _ place: String) throws -> SimulationCase {
        guard let session = record["session_id"]?.string else { throw fault(place, "session_id") }
        guard let model = record["model"], model.isNull || model.string != nil else { throw fault(place, "model") }
        var context = EvaluationContext()
        for member in record["context"]?.object ?? [] {
            guard let text = member.value.string else { throw fault(place, "context.\(member.name)") }
            context[member.name] = text
        }
        return SimulationCase(
            name: record["name"]?.string,
            subject: Subject(sessionID: session, customerID: record["customer_id"]?.string, context: context),
            expected: .init(version: record["config_version"]?.int, model: model.string))
    }

    private static func fault(_ place: String, _ field: String) -> CommandFailure {
        CommandFailure(
            "\(place): \(field) is missing or is no text",
            hint: "Write the file anew with 'fallom simulate --write-cases FILE'.")
    }

    /// A case as a line of the file.
    static func line(_ simulated: SimulationCase, _ evaluation: Evaluation) -> [UInt8] {
        let members: [JSONMember] = [
            JSONMember("config_key", .string(evaluation.configKey)),
            JSONMember("config_version", .number(evaluation.configVersion)),
            JSONMember("session_id", .string(evaluation.sessionID)),
            JSONMember("model", .text(evaluation.model)),
            JSONMember("variant_index", .count(evaluation.variantIndex)),
            JSONMember("reason", .string(evaluation.reason.name)),
        ]
        return JSONValue.object(members + simulated.members).compactBytes
    }
}
