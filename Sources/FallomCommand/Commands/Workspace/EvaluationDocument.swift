import Assignment
import Experiments
import OrderedJSON

/// One assignment as one JSON object of `fallom assign --json` and `fallom simulate --json`.
struct EvaluationDocument {
    let evaluation: Evaluation
    /// Whether every condition tried is listed.
    let explains: Bool

    init(_ evaluation: Evaluation, explains: Bool = false) {
        self.evaluation = evaluation
        self.explains = explains
    }

    /// The object.
    var json: JSONValue {
        var members: [JSONMember] = [
            JSONMember("config_key", .string(evaluation.configKey)),
            JSONMember("config_version", .number(evaluation.configVersion)),
            JSONMember("session_id", .string(evaluation.sessionID)),
            JSONMember("model", .text(evaluation.model)),
            JSONMember("variant_index", .count(evaluation.variantIndex)),
            JSONMember("reason", .string(evaluation.reason.name)),
            JSONMember("bucket", .number(evaluation.bucket)),
            JSONMember("target_index", .count(targetIndex)),
            JSONMember("rule_index", .count(ruleIndex)),
            JSONMember("interval", interval),
            JSONMember("error", .text(evaluation.error?.description)),
            JSONMember("notices", .array(evaluation.notices.map(Self.notice))),
        ]
        if explains { members.append(JSONMember("steps", .array(evaluation.steps.map(step)))) }
        return .object(members)
    }

    private var targetIndex: Int? {
        if case .target(let index) = evaluation.reason { index } else { nil }
    }

    private var ruleIndex: Int? {
        if case .rule(let index) = evaluation.reason { index } else { nil }
    }

    /// First bucket and the one behind the last, where the weights decided.
    private var interval: JSONValue {
        evaluation.reason.draw.map { .array([.number($0.interval.lowerBound), .number($0.interval.upperBound)]) }
            ?? .null
    }

    private static func notice(_ notice: AssignmentNotice) -> JSONValue {
        .object([
            "message": .string(notice.message), "python": .string(notice.python.sentence),
            "typescript": .string(notice.typeScript.sentence),
        ])
    }

    private func step(_ step: TargetingStep) -> JSONValue {
        switch step {
        case .target(let index, let target, let seen, let failure):
            return .object([
                "target_index": .number(index), "matched": .bool(step.matched), "sentence": .string(target.sentence),
                "seen": .text(seen),
                "why_not": .text(
                    failure?.sentence(seen: seen, of: target.condition, in: evaluation.context)),
            ])
        case .rule(let index, let rule, let conditions, let matched):
            let tried = conditions.map { condition in
                JSONValue.object([
                    "condition_index": .number(condition.index), "field": .text(condition.condition.field),
                    "operator": .text(condition.condition.operatorName),
                    "value": condition.condition.value ?? .null, "seen": .text(condition.seen),
                    "matched": .bool(condition.failure == nil),
                    "why_not": .text(
                        condition.failure?.sentence(
                            seen: condition.seen, of: condition.condition, in: evaluation.context)),
                ])
            }
            return .object([
                "rule_index": .number(index), "matched": .bool(matched), "sentence": .string(rule.sentence),
                "conditions": .array(tried),
            ])
        }
    }
}
