import Experiments
import Synchronization
import SystemCalls

/// A run's journal on the disk: one file, beside the store, held by one process at a time. Every line is on the disk
/// before what it tells of goes on.
final class RunFile: Sendable {
    let path: String
    private let file: Descriptor
    private let journal: Mutex<RunJournal>

    private init(path: String, file: Descriptor, journal: RunJournal) {
        self.path = path
        self.file = file
        self.journal = Mutex(journal)
    }

    /// The folder of a store's runs.
    static func folder(_ settings: Settings) -> String { Files.folder(of: settings.store) + "/runs" }

    static func path(of run: String, _ settings: Settings) -> String { "\(folder(settings))/\(run).ndjson" }

    /// A run's journal as it stands; `nil` where there is none.
    static func read(_ run: String, _ settings: Settings) throws -> RunJournal? {
        let path = path(of: run, settings)
        guard RunPlan.isName(run), Files.exists(path) else { return nil }
        let bytes = try bytes(path)
        guard let journal = RunJournal(lines: lines(bytes)) else {
            throw CommandFailure("\(path) is no journal of a run", hint: "Move it away, or give the run another name.")
        }
        return journal
    }

    /// The most bytes of a journal: some hundred thousand calls.
    private static let limit = 256 << 20

    private static func bytes(_ path: String) throws -> [UInt8] {
        do throws(FileRefusal) {
            return try PlainFile.read(path, limit: limit)
        } catch {
            throw CommandFailure("cannot read \(path): \(error)")
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] { bytes.split(separator: 0x0A).map(Array.init) }

    /// Begins a run whose name is free.
    static func begin(_ plan: RunPlan, _ settings: Settings) throws -> RunFile {
        let path = path(of: plan.name, settings)
        do throws(SystemError) {
            try Files.makeFolders(folder(settings))
            let file = try Descriptor.open(path, for: .creating)
            _ = try file.tryLock()
            let run = RunFile(path: path, file: file, journal: RunJournal(plan))
            try run.put(.plan(plan))
            Files.syncFolder(folder(settings))
            return run
        } catch {
            guard error.isTaken else { throw CommandFailure.system("cannot write", path, error) }
            throw CommandFailure(
                "there is a run '\(plan.name)' already",
                hint: "'fallom run-variants --resume \(plan.name)' goes on with it; --name gives another name.")
        }
    }

    /// Goes on with a run. A line that was cut off is ended, so that the next stands alone.
    static func resume(_ run: String, _ settings: Settings) throws -> RunFile {
        let path = path(of: run, settings)
        guard RunPlan.isName(run), Files.exists(path) else {
            throw CommandFailure("there is no run '\(run)'", hint: known(settings))
        }
        do {
            let file = try Descriptor.open(path, for: .appending)
            guard try file.tryLock() else {
                throw CommandFailure("another process works on the run '\(run)'", hint: "Wait for it, or stop it.")
            }
            let bytes = try bytes(path)
            guard let journal = RunJournal(lines: lines(bytes)) else {
                throw CommandFailure("\(path) is no journal of a run", hint: "Move it away.")
            }
            if bytes.last != 0x0A { try file.writeAll([0x0A]) }
            return RunFile(path: path, file: file, journal: journal)
        } catch let error as SystemError {
            throw CommandFailure.system("cannot open", path, error)
        }
    }

    /// The runs there are, for a hint.
    static func known(_ settings: Settings) -> String {
        let names = names(settings)
        return names.isEmpty ? "There is none yet." : "There are: " + names.prefix(12).joined(separator: ", ") + "."
    }

    static func names(_ settings: Settings) -> [String] {
        ((try? Files.names(in: folder(settings))) ?? nil ?? []).filter { $0.hasSuffix(".ndjson") }
            .map { String($0.dropLast(7)) }
    }

    /// What the journal says now.
    var state: RunJournal { journal.withLock { $0 } }

    /// Writes a line and waits until it is on the disk.
    func put(_ entry: RunJournal.Entry) throws(SystemError) {
        try journal.withLock { journal throws(SystemError) in
            try file.writeAll(entry.line + [0x0A])
            try file.sync()
            journal.take(entry)
        }
    }
}
