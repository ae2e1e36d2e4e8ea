public import Assignment
public import OrderedJSON

/// Who asks for a model or a prompt, with what, under a name: for simulations.
public struct SampleContext: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The session to ask for, where one is named.
    public var sessionID: String?
    /// The customer, where one is named.
    public var customerID: String?
    /// The context's fields.
    public var context: EvaluationContext

    /// Makes a context.
    public init(
        name: String, sessionID: String? = nil, customerID: String? = nil,
        context: EvaluationContext = EvaluationContext()
    ) {
        self.name = name
        self.sessionID = sessionID
        self.customerID = customerID
        self.context = context
    }

    /// Reads `{"session_id", "customer_id", "context": {…}}`, or, without a `context` that is an object, an object whose
    /// members are the fields.
    ///
    /// - Returns: the context, and what was left out because it is not text.
    public static func read(
        name: String, record: JSONValue
    ) throws(ConfigRecordError) -> (context: SampleContext, problems: [ConfigProblem]) {
        guard let members = record.object else {
            throw ConfigRecordError(path: "", message: "a context is an object")
        }
        var problems: [ConfigProblem] = []
        func fields(_ members: [JSONMember], _ prefix: String) -> [(String, String)] {
            members.compactMap { member in
                if let text = member.value.string { return (member.name, text) }
                if !member.value.isNull {
                    problems.append(
                        ConfigProblem(
                            path: prefix + member.name, message: "is not text: it is left out, contexts hold text only")
                    )
                }
                return nil
            }
        }
        guard let inner = record["context"]?.object else {
            return (SampleContext(name: name, context: EvaluationContext(fields(members, ""))), problems)
        }
        let context = SampleContext(
            name: name, sessionID: record["session_id"]?.string, customerID: record["customer_id"]?.string,
            context: EvaluationContext(fields(inner, "context.")))
        return (context, problems)
    }

    /// The context as a file has it.
    public var record: JSONValue {
        var members: [JSONMember] = []
        if let sessionID { members.append(JSONMember("session_id", .string(sessionID))) }
        if let customerID { members.append(JSONMember("customer_id", .string(customerID))) }
        let fields = context.entries.map { JSONMember($0.name, .string($0.value)) }
        members.append(JSONMember("context", .object(fields)))
        return .object(members)
    }
}
