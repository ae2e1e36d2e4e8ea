import Assignment
import OrderedJSON
import Testing

/// The published SDKs' answers, reproduced.
@Suite struct AssignmentVectorTests {
    @Test(arguments: ["assignments.ndjson", "targeting.ndjson"])
    func `Vector files of cases on which both SDKs agree are answered alike`(_ file: String) throws {
        let vectors = try VectorFile.lines(file)
        #expect(!vectors.isEmpty)
        for vector in vectors { try check(vector, expected: vector["expected"]) }
    }

    @Test func `Vector differences are answered as the contract chooses, and the simulator says so`() throws {
        var count = 0
        for vector in try VectorFile.lines("differences.ndjson") where vector["set"]?.string != "templates" {
            guard vector["input"]?["config"] != nil else { continue }
            count += 1
            let evaluation = try check(vector, expected: vector["expected"])
            let id = vector["id"]?.string ?? "?"
            let answers = try answers(vector)
            #expect(describes(answers.python, vector["expected_python"]), "\(id): \(answers.python)")
            if vector["input"]?["context"]?.object?.contains(where: { $0.value.isNull }) != true {
                #expect(describes(answers.typeScript, vector["expected_typescript"]), "\(id): \(answers.typeScript)")
                let differs =
                    vector["expected_python"]?["model"] != vector["expected"]?["model"]
                    || vector["expected_typescript"]?["model"] != vector["expected"]?["model"]
                #expect(evaluation.notices.isEmpty == !differs, "\(id)")
            }
        }
        #expect(count > 0)
    }

    @Test func `Vector cases on which both SDKs agree give no notice`() throws {
        for vector in try VectorFile.lines("targeting.ndjson") {
            let evaluation = try check(vector, expected: vector["expected"])
            #expect(evaluation.notices.isEmpty, "\(vector["id"]?.string ?? "?")")
        }
    }

    @discardableResult
    private func check(_ vector: JSONValue, expected: JSONValue?) throws -> Evaluation {
        let id = vector["id"]?.string ?? "?"
        let call = try Call(vector)
        let evaluation = call.config.evaluate(
            sessionID: call.sessionID, customerID: call.customerID, context: call.context)
        #expect(evaluation.model == expected?["model"]?.string, "\(id)")
        if let bucket = expected?["bucket"]?.int { #expect(evaluation.bucket == bucket, "\(id)") }
        if let index = expected?["targeted_index"]?.int {
            switch evaluation.targeting {
            case .matched: #expect(evaluation.variantIndex == index, "\(id)")
            case .matchedWithoutVariant(_, let reference): #expect(reference.index == index, "\(id)")
            default: Issue.record("\(id): nothing matched")
            }
        }
        let fast = try? call.config.assign(
            sessionID: call.sessionID, customerID: call.customerID, context: call.context)
        #expect(fast?.model == evaluation.model, "\(id)")
        #expect(fast?.variantIndex == evaluation.variantIndex, "\(id)")
        return evaluation
    }

    private func answers(_ vector: JSONValue) throws -> (python: ReferenceAnswer, typeScript: ReferenceAnswer) {
        let call = try Call(vector)
        return call.config.referenceAnswers(
            sessionID: call.sessionID, customerID: call.customerID, context: call.context)
    }

    private func describes(_ answer: ReferenceAnswer, _ expected: JSONValue?) -> Bool {
        switch answer {
        case .model(let model): expected?["model"]?.string == model
        case .other: expected?["model"]?.string == nil
        case .fallbackOrError(let name), .error(let name): expected?["error"]?.string == name
        }
    }
}

/// The input of a vector.
struct Call {
    let config: ModelConfig
    let sessionID: String
    let customerID: String?
    let context: EvaluationContext

    init(_ vector: JSONValue) throws {
        let input = try #require(vector["input"])
        self.config = try ModelConfig(record: try #require(input["config"]))
        self.sessionID = try #require(input["session_id"]?.string)
        self.customerID = input["customer_id"]?.string
        self.context = EvaluationContext(
            (input["context"]?.object ?? []).compactMap { member in
                member.value.string.map { (member.name, $0) }
            })
    }
}
