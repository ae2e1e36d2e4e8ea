import OrderedJSON

extension ModelConfig {
    /// What the published SDKs answer for a call, whether or not they agree with us.
    public func referenceAnswers(
        sessionID: String, customerID: String? = nil, context: EvaluationContext = EvaluationContext()
    ) -> (python: ReferenceAnswer, typeScript: ReferenceAnswer) {
        let evaluated = context.applying(customerID: customerID)
        let bucket = Bucket.of(sessionID: sessionID)
        return (
            PythonReference(record: record, bucket: bucket, context: evaluated).answer(),
            TypeScriptReference(record: record, bucket: bucket, context: evaluated).answer()
        )
    }

    /// A notice when a published SDK gives this caller something else than we do.
    func notices(
        sessionID: String, customerID: String?, context: EvaluationContext, ours: String?, hasFallback: Bool
    ) -> [AssignmentNotice] {
        let answers = referenceAnswers(sessionID: sessionID, customerID: customerID, context: context)
        let isSame = { (answer: ReferenceAnswer) in answer.isSame(as: ours, hasFallback: hasFallback) }
        if isSame(answers.python), isSame(answers.typeScript) { return [] }
        let here = ours.map { "'\($0)'" } ?? "an error, or the caller's fallback"
        let message =
            "The Python SDK answers \(answers.python.inWords), the TypeScript SDK \(answers.typeScript.inWords); "
            + "here it is \(here). \(cause)"
        return [AssignmentNotice(message: message, python: answers.python, typeScript: answers.typeScript)]
    }

    /// The likeliest cause of a difference.
    private var cause: String {
        if hasJavaScriptOrder {
            return "JavaScript walks variants with whole numbers as names first, in ascending order."
        }
        if let problem = problems.first { return "The record: \(problem.path) \(problem.message)." }
        return "A field of the rules has the name of something that every JavaScript object inherits."
    }

    /// Whether the variants are an object that JavaScript walks in another order than it is written in.
    public var hasJavaScriptOrder: Bool {
        guard case .object(let members) = record["variants"] else { return false }
        let written = record["variants"]?.objectValuesInOrder ?? []
        return !JavaScriptOrder.members(members).elementsEqual(written) { $0.name.hasSameUTF8(as: $1.name) }
    }
}

extension ReferenceAnswer {
    /// Whether a caller of that SDK and a caller of ours get the same.
    func isSame(as ours: String?, hasFallback: Bool) -> Bool {
        switch self {
        case .model(let model): ours.map { $0.hasSameUTF8(as: model) } ?? false
        case .other: false
        case .fallbackOrError: ours == nil
        case .error: ours == nil && !hasFallback
        }
    }

    /// The answer in words.
    public var inWords: String {
        switch self {
        case .model(let model): "'\(model)'"
        case .other(let value): "\(value) in the place of a model"
        case .fallbackOrError(let name): "with an error (\(name)), or the caller's fallback"
        case .error(let name): "with an error (\(name)) even when there is a fallback"
        }
    }
}
