import Assignment
import Cells
import Display
import OrderedJSON

/// Asks for the assignments of a regression file again.
struct RegressionCheck {
    let config: ModelConfig
    let path: String
    let json: Bool

    /// Prints what changed.
    ///
    /// - Returns: whether anything did.
    func run(_ output: StandardOutput) throws -> Bool {
        let file = try RegressionFile(path: path, config: config.key)
        var changed = 0
        for simulated in file.cases {
            let evaluation = simulated.evaluation(by: config)
            guard !simulated.isExpected(evaluation) else { continue }
            changed += 1
            try output.line(json ? document(simulated, evaluation) : sentence(simulated, evaluation))
        }
        if file.ofOtherConfigs > 0 {
            StandardError.line("\(Figure.count(file.ofOtherConfigs)) cases of other configs were not checked")
        }
        if !json {
            let count = Figure.count(file.cases.count)
            try output.line(
                changed == 0
                    ? "all \(count) assignments are as in the file"
                    : "\(Figure.count(changed)) of \(count) assignments changed")
        }
        return changed > 0
    }

    private func sentence(_ simulated: SimulationCase, _ evaluation: Evaluation) -> [UInt8] {
        let was = simulated.expected?.model ?? "no model"
        let text = "\(simulated.title): \(was) → \(evaluation.model ?? "no model"), \(evaluation.reason.name)"
        return Array(harmlessText(text).utf8)
    }

    private func document(_ simulated: SimulationCase, _ evaluation: Evaluation) -> [UInt8] {
        let members = EvaluationDocument(evaluation).json.object ?? []
        let expected = [
            JSONMember("expected_model", .text(simulated.expected?.model)),
            JSONMember("expected_version", .count(simulated.expected?.version)),
        ]
        return JSONValue.object(members + simulated.members + expected).compactBytes
    }
}
