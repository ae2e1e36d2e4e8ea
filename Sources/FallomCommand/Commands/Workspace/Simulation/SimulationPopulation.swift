import Assignment
import Display
import Experiments
import OrderedJSON
import Workspace
import WorkspaceModel

/// Everybody a simulation asks for.
struct SimulationPopulation: Sendable {
    /// What they are, for a heading: `10,000 synthetic sessions`.
    var title: String
    /// Those that are asked for, in order.
    var cases: [SimulationCase]
    /// Recorded sessions of which something is not known that targeting looks at: they are counted, not asked for.
    var untold = 0
    /// What was left out of a file, and why.
    var problems: [String] = []

    var subjects: [Subject] { cases.map(\.subject) }

    /// Made-up sessions without a context, the same at each run: `session-1` and so on.
    static func synthetic(_ count: Int) -> SimulationPopulation {
        SimulationPopulation(
            title: "\(Figure.count(count)) synthetic sessions",
            cases: (0..<count).map { SimulationCase(subject: Subject(sessionID: "session-\($0 + 1)")) })
    }

    /// The sample contexts of the workspace.
    static func workspace(_ contexts: [SampleContext]) -> SimulationPopulation {
        SimulationPopulation(
            title: Figure.count(contexts.count, "context") + " of the workspace",
            cases: contexts.map { SimulationCase($0) })
    }

    /// The contexts of a file: a JSON array of objects, or an object a line.
    static func file(_ path: String) throws -> SimulationPopulation {
        var population = SimulationPopulation(title: "", cases: [])
        for record in try RecordFile(path: path).records {
            let place = "\(path)\(record.place)"
            do throws(ConfigRecordError) {
                let name = record.value["name"]?.string ?? "case-\(record.number)"
                let (context, problems) = try SampleContext.read(name: name, record: withContext(record.value))
                population.cases.append(SimulationCase(context))
                population.problems += problems.map { "\(place): \($0.path): \($0.message)" }
            } catch {
                population.problems.append("\(place): \(error.description): it is left out")
            }
        }
        population.title = Figure.count(population.cases.count, "context") + " of \(path)"
        return population
    }

    /// The record with a context that is empty where it has none but says who asks: its other members are no fields then.
    private static func withContext(_ record: JSONValue) -> JSONValue {
        guard let members = record.object, record["context"]?.object == nil,
            record["session_id"]?.string != nil || record["customer_id"]?.string != nil
        else { return record }
        return .object(members.filter { $0.name != "context" } + [JSONMember("context", .object([JSONMember]()))])
    }

    /// Recorded sessions. Those of which something was not recorded that targeting looks at are counted apart.
    static func history(_ sessions: [RecordedSession], deciding configs: [ModelConfig]) -> SimulationPopulation {
        let known = sessions.filter { session in configs.allSatisfy(session.isDecided) }
        let cases = known.map { session in
            SimulationCase(
                subject: Subject(
                    sessionID: session.sessionID, customerID: session.customerID, context: session.context),
                expected: session.assignedModel.map { .init(version: session.assignedVersion, model: $0) })
        }
        return SimulationPopulation(
            title: Figure.count(sessions.count, "recorded session"), cases: cases, untold: sessions.count - known.count)
    }
}

/// A file of JSON records: an array of them, or one a line.
struct RecordFile: Sendable {
    /// One record and where it stands.
    struct Record: Sendable {
        let value: JSONValue
        /// Its number in the file, from 1.
        let number: Int
        /// `:LINE` in a file of lines, `[INDEX]` in an array.
        let place: String
    }

    let records: [Record]

    /// - Throws: ``CommandFailure`` that names file, line and fault.
    init(path: String) throws {
        let bytes = try WorkspaceAccess.bytes(at: path)
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        if bytes.first(where: { !isSpace($0) }) == UInt8(ascii: "[") {
            let items = try Self.json(bytes, path).array ?? []
            records = items.enumerated().map { Record(value: $1, number: $0 + 1, place: "[\($0)]") }
            return
        }
        var records: [Record] = []
        if let whole = try? JSONValue(parsing: bytes) {
            self.records = [Record(value: whole, number: 1, place: "")]
            return
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.allSatisfy(isSpace) {
            let value = try Self.json(Array(line), "\(path):\(index + 1)")
            records.append(Record(value: value, number: records.count + 1, place: ":\(index + 1)"))
        }
        self.records = records
    }

    private static func json(_ bytes: [UInt8], _ place: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw CommandFailure(
                "\(place): \(error)", hint: "It must be a JSON array of objects, or one object a line.")
        }
    }
}
