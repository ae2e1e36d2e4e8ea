import ClickHouseStore
import OrderedJSON
import SystemCalls

/// How far a store's spans were sent on to a target, in a file beside the store: what is not sent yet is known after an
/// outage, a crash and a restart.
struct ForwardProgress: Hashable, Sendable {
    /// Everything up to here was sent, or runs.
    var sequence: Int64
    /// Spans that ran when they were looked at, upwards: they are sent once they have ended.
    var running: [Int64] = []

    /// The file.
    static func path(store: String) -> String {
        let beside = ClickHouseAddress.isMeant(by: store) ? StandardPaths(.current()).companion(of: store) : store
        return beside + ".forward"
    }

    /// What stands in the file for that target; `nil` where nothing does.
    static func read(store: String, target: ForwardTarget) -> ForwardProgress? {
        all(store: store).last { $0.target == target.description }?.progress
    }

    /// What stands in the file, for every target that spans were ever sent on to.
    static func all(store: String) -> [(target: String, progress: ForwardProgress)] {
        guard let text = try? TextFile.read(path(store: store), mustExist: false),
            let json = try? JSONValue(parsing: Array(text.utf8), maxDepth: 8)
        else { return [] }
        return (json.object ?? []).compactMap { member in
            // What no store has counted is damage.
            guard let sequence = member.value["sequence"]?.int, (0...1 << 60).contains(sequence) else { return nil }
            let running = (member.value["running"]?.array ?? []).compactMap { $0.int.map { Int64($0) } }
            return (member.name, ForwardProgress(sequence: Int64(sequence), running: running))
        }
    }

    /// Puts it into the file, whole or not at all; what stands there for other targets stays.
    func write(store: String, target: ForwardTarget) throws {
        let path = Self.path(store: store)
        let own: JSONValue = [
            "sequence": .number(Int(sequence)), "running": .array(running.map { .number(Int($0)) }),
        ]
        let known = (try? TextFile.read(path, mustExist: false)).flatMap { try? JSONValue(parsing: Array($0.utf8)) }
        let others = (known?.object ?? []).filter { $0.name != target.description }
        let text = JSONValue.object(others + [JSONMember(target.description, own)]).compactBytes
        try CommandFailure.telling("cannot write", path) {
            try Files.remove(path + ".new")
            let file = try Descriptor.open(path + ".new", for: .creating)
            try file.writeAll(text)
            // An empty file would mean that nothing was asked for yet, and what is not sent would stay here.
            try file.sync()
            try Files.rename(path + ".new", to: path)
        }
    }
}
