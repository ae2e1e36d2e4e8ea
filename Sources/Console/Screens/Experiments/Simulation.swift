import Assignment
import Experiments
import WorkspaceModel

/// Who asks for a model in the simulator: a session, a customer and the fields of a context.
struct Simulation: Sendable {
    /// One line of the form.
    enum Line: Hashable, Sendable {
        case session
        case customer
        /// A field by its place.
        case field(Int)
        /// The model the app names for when there is none.
        case fallback
        case newField
    }

    var sessionID = "session-123"
    var customerID = ""
    /// What the app passes as fallback; empty for none.
    var fallback = ""
    /// Fields in the order in which they are shown. An empty value is none: the field is then absent.
    private(set) var fields: [EvaluationContext.Entry] = []
    /// The name of the context that was taken over.
    private(set) var contextName: String?

    var lines: [Line] { [.session, .customer] + fields.indices.map(Line.field) + [.fallback, .newField] }

    /// What targeting sees.
    var context: EvaluationContext {
        EvaluationContext(fields.filter { !$0.value.isEmpty }.map { ($0.name, $0.value) })
    }

    var subject: Subject {
        Subject(sessionID: sessionID, customerID: customerID.isEmpty ? nil : customerID, context: context)
    }

    /// Takes a named context over.
    mutating func take(_ sample: SampleContext) {
        contextName = sample.name
        if let session = sample.sessionID { sessionID = session }
        customerID = sample.customerID ?? ""
        fields = sample.context.entries
    }

    /// Takes a recorded session over.
    mutating func take(_ session: RecordedSession) {
        contextName = "recorded \(session.sessionID)"
        sessionID = session.sessionID
        customerID = session.customerID ?? ""
        fields = session.context.entries
    }

    /// Adds the fields that a config asks for, and others that are told, where they are not here yet, empty; empty ones
    /// of another config go.
    mutating func suggestFields(of config: ModelConfig, and others: [String] = []) {
        let own = config.fieldNames
        let asked = own + others.filter { other in !own.contains { $0.utf8.elementsEqual(other.utf8) } }
        fields.removeAll { field in
            field.value.isEmpty && !asked.contains { $0.utf8.elementsEqual(field.name.utf8) }
        }
        for name in asked where name != EvaluationContext.customerIDField {
            if !fields.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
                fields.append(EvaluationContext.Entry(name: name, value: ""))
            }
        }
    }

    func text(of line: Line) -> String {
        switch line {
        case .session: sessionID
        case .customer: customerID
        case .field(let index): fields.indices.contains(index) ? fields[index].value : ""
        case .fallback: fallback
        case .newField: ""
        }
    }

    func label(of line: Line) -> String {
        switch line {
        case .session: "session id"
        case .customer: "customerId"
        case .field(let index): fields.indices.contains(index) ? fields[index].name : ""
        case .fallback: "fallback"
        case .newField: "+ field"
        }
    }

    /// Takes what was typed into a line. A new field is typed as `name=value`.
    ///
    /// - Returns: the line that shows it, where that is another one.
    @discardableResult
    mutating func set(_ text: String, in line: Line) -> Line? {
        switch line {
        case .session: sessionID = text
        case .customer: customerID = text
        case .field(let index) where fields.indices.contains(index): fields[index].value = text
        case .field: break
        case .fallback: fallback = text
        case .newField:
            let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let name = halves.first, !name.isEmpty else { return nil }
            let value = halves.count > 1 ? halves[1] : ""
            if let index = fields.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
                fields[index].value = value
                return .field(index)
            }
            fields.append(EvaluationContext.Entry(name: name, value: value))
            return .field(fields.count - 1)
        }
        return nil
    }

    mutating func removeField(_ index: Int) {
        if fields.indices.contains(index) { fields.remove(at: index) }
    }
}

extension ModelConfig {
    /// The fields its targets and rules ask for, each once, in the order in which they come.
    var fieldNames: [String] {
        guard let targeting else { return [] }
        var names: [String] = []
        let asked =
            targeting.individualTargets.compactMap(\.field)
            + targeting.rules.flatMap { ($0.conditions ?? []).compactMap(\.field) }
        for name in asked where !names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) { names.append(name) }
        return names
    }
}
