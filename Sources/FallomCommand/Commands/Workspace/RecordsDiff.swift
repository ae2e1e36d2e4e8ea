import ArgumentParser
import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts

/// `fallom configs diff KEY OLD NEW`.
struct ConfigsDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what differs between two versions of a config, and who moves by weight.",
        discussion: RecordsDiff.discussion)

    @OptionGroup var workspace: WorkspaceOptions

    @OptionGroup var versions: TwoVersions

    func run() async throws {
        let access = try workspace.open()
        let diff = RecordsDiff(
            try access.config(versions.key, version: versions.old),
            try access.config(versions.key, version: versions.new))
        try diff.print(key: versions.key, json: workspace.json)
        access.reportProblems(of: versions.key)
    }
}

/// `fallom ab-tests diff KEY OLD NEW`.
struct ABTestsDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what differs between two versions of a test, and who moves by weight.",
        discussion: RecordsDiff.discussion)

    @OptionGroup var workspace: WorkspaceOptions

    @OptionGroup var versions: TwoVersions

    func run() async throws {
        let access = try workspace.open()
        let diff = RecordsDiff(
            try access.abTest(versions.key, version: versions.old),
            try access.abTest(versions.key, version: versions.new))
        try diff.print(key: versions.key, json: workspace.json)
        access.reportProblems(of: versions.key)
    }
}

/// Two versions of one key.
struct TwoVersions: ParsableArguments {
    @Argument(help: "The key.", completion: Completing.key)
    var key: String

    @Argument(help: "The version before.")
    var old: Int

    @Argument(help: "The version after.")
    var new: Int
}

/// Two versions of a record set against each other, for people and as JSON.
struct RecordsDiff {
    static let discussion = """
        By lines and words of their JSON: what is gone stands in [-…-], what came in {+…+}. Then who moves: exact, by \
        bucket, without targeting, which depends on who asks. --json prints the moves: from, to, buckets of 1,000,000.
        """

    private let old: JSONValue
    private let new: JSONValue
    /// What the variants give, in a word.
    private let outcome: String
    private let moves: [SplitOverlap.Move]

    init<Record: RecordBased>(_ old: Record, _ new: Record) {
        (self.old, self.new, outcome, moves) = (old.record, new.record, Record.outcome, old.moves(to: new))
    }

    func print(key: String, json: Bool) throws {
        let document: JSONValue = [
            "key": .string(key), "moved_buckets": .number(moves.reduce(0) { $0 + $1.buckets }),
            "moves": .array(
                moves.map { ["from": .text($0.from), "to": .text($0.to), "buckets": .number($0.buckets)] }),
        ]
        try StandardOutput.print(
            json: json, [document], words(for: .standardOutput(.current())) + [""] + sentences.map(harmlessText))
    }

    private func words(for terminal: Terminal) -> [String] {
        let texts = [old, new].map { String(decoding: $0.prettyBytes, as: UTF8.self) + "\n" }
        return WordDiffText(TextDiff(old: texts[0], new: texts[1])).lines(for: terminal)
    }

    private var sentences: [String] {
        guard !moves.isEmpty else { return ["by weight no session gets another \(outcome)"] }
        return moves.map { move in
            let share = Figure.share(Double(move.buckets) / Double(Bucket.count))
            return "\(share) of sessions: \(move.from ?? "an error") → \(move.to ?? "an error")"
        }
    }
}
