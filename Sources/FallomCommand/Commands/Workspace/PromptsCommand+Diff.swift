import ArgumentParser
import Assignment
import Cells
import OrderedJSON
import Prompts
import Workspace

/// `fallom prompts diff KEY OLD NEW`.
struct PromptsDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what differs between two versions of a prompt.",
        discussion: """
            By words: what is gone stands in [-…-], what came in {+…+}; < and > are lines that moved. With --format \
            unified it is a patch of the old version's file that `git apply` takes.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @OptionGroup var versions: TwoVersions

    @Option(help: "Only this part: system or user.")
    var part: Part?

    @Option(help: "How to show it: words or unified.")
    var format = Format.words

    /// A part of a prompt.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case system
        case user
    }

    /// How a diff is shown.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case words
        case unified
    }

    func run() async throws {
        let access = try workspace.open()
        let before = try access.prompt(versions.key, version: versions.old)
        let after = try access.prompt(versions.key, version: versions.new)
        let diff = PromptDiff(from: before, to: after)
        let parts = [(Part.system, diff.system), (.user, diff.user)].filter { part == nil || part == $0.0 }
        let terminal = Terminal.standardOutput(.current())
        let output = StandardOutput()
        if workspace.json {
            try output.line(try document(parts, diff.placeholders, access).compactBytes)
            return try output.flush()
        }
        for (name, text) in parts where !text.isEmpty {
            switch format {
            case .unified: try OutputFile.write(try patch(text, name, access), to: "-")
            case .words:
                try output.line(name.rawValue)
                for line in WordDiffText(text).lines(for: terminal) { try output.line(line) }
                try output.line("")
            }
        }
        if format == .words {
            for line in Self.sentences(diff.placeholders) { try output.line(harmlessText(line)) }
            if parts.allSatisfy(\.1.isEmpty) { try output.line("the texts are the same, byte for byte") }
        }
        try output.flush()
    }

    /// The patch as it is: whoever reads it at a terminal has chosen the form for machines. Both sides have one path, for
    /// git reads two as a move and would take the old version's file away.
    private func patch(_ diff: TextDiff, _ part: Part, _ access: WorkspaceAccess) throws -> [UInt8] {
        let path = access.folder.path
        let root = path.hasPrefix("/") ? path.split(separator: "/").last.map(String.init) ?? "" : path
        return diff.unified(
            path:
                "\(root)/\(try access.folder.place(ofPrompt: versions.key, version: versions.old))/\(part.rawValue).txt"
        )
    }

    /// One object: for each part how much changed and the patch, and the placeholders.
    private func document(
        _ parts: [(Part, TextDiff)], _ changes: PlaceholderChanges, _ access: WorkspaceAccess
    ) throws -> JSONValue {
        var members = [
            JSONMember("key", .string(versions.key)), JSONMember("old_version", .number(versions.old)),
            JSONMember("new_version", .number(versions.new)),
        ]
        for (name, diff) in parts {
            let patch = String(decoding: try patch(diff, name, access), as: UTF8.self)
            members.append(
                JSONMember(
                    name.rawValue,
                    .object([
                        "changes": .number(diff.hunks(context: 0).count), "moved": .number(diff.moves.count),
                        "only_whitespace": .bool(diff.isOnlyWhitespace), "coarse": .bool(diff.isCoarse),
                        "patch": .string(patch),
                    ])))
        }
        members.append(
            JSONMember(
                "placeholders",
                .object([
                    "added": .array(changes.added.map { .string($0) }),
                    "removed": .array(changes.removed.map { .string($0) }),
                    "renamed": .array(
                        changes.renamed.map { .object(["old": .string($0.old), "new": .string($0.new)]) }),
                ])))
        return .object(members)
    }

    /// Placeholders that callers must know of.
    static func sentences(_ changes: PlaceholderChanges) -> [String] {
        changes.renamed.map { "placeholder {{\($0.old)}} is now {{\($0.new)}}" }
            + changes.removed.map { "placeholder {{\($0)}} is gone" }
            + changes.added.map { "placeholder {{\($0)}} is new" }
    }
}

/// A diff by words, for people.
struct WordDiffText {
    let diff: TextDiff

    init(_ diff: TextDiff) {
        self.diff = diff
    }

    /// Changed lines with some that are unchanged around them.
    func lines(for terminal: Terminal) -> [String] {
        var lines: [String] = []
        var end = 0
        for hunk in diff.hunks() {
            if hunk.lowerBound > end { lines.append(Table.painted("  …", .dim, terminal)) }
            for row in diff.rows[hunk] { lines += self.lines(row, terminal) }
            end = hunk.upperBound
        }
        if end < diff.rows.count { lines.append(Table.painted("  …", .dim, terminal)) }
        if diff.isCoarse { lines.append("the texts differ too much to look closer: more is marked than need be") }
        return lines
    }

    private func lines(_ row: DiffRow, _ terminal: Terminal) -> [String] {
        switch row.kind {
        case .equal: return [line("  ", row.new, terminal)]
        case .changed, .whitespace:
            let old = row.old.map { line("- ", $0, terminal, removed: true) }
            let new = row.new.map { line("+ ", $0, terminal, removed: false) }
            return [old, new].compactMap { $0 }
        case .removed: return [line("- ", row.old, terminal, removed: true)]
        case .added: return [line("+ ", row.new, terminal, removed: false)]
        case .moved:
            return [row.old.map { line("< ", $0, terminal) }, row.new.map { line("> ", $0, terminal) }]
                .compactMap { $0 }
        }
    }

    private func line(_ sign: String, _ line: DiffLine?, _ terminal: Terminal, removed: Bool? = nil) -> String {
        guard let line else { return sign }
        var text = sign
        for segment in line.segments {
            let harmless = harmlessText(segment.text)
            guard let removed, segment.mark != .equal else {
                text += harmless
                continue
            }
            let marked = removed ? "[-\(harmless)-]" : "{+\(harmless)+}"
            text += Table.painted(marked, removed ? .error : .strong, terminal)
        }
        return text
    }
}
