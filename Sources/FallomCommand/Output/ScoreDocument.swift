import Cells
import Display
import OrderedJSON
import TraceModel

/// A score as commands print it.
struct ScoreDocument {
    let score: Score

    init(_ score: Score) {
        self.score = score
    }

    /// The object of `--json` (docs/command-line.md §2).
    var json: JSONValue {
        .object([
            JSONMember("target", .string(score.target.text)), JSONMember("name", .string(score.name)),
            JSONMember("value", value), JSONMember("comment", .text(score.comment)),
            JSONMember("by", .string(score.judge)), JSONMember("time", .string(score.time.iso8601)),
        ])
    }

    /// A list of scores.
    static func list(_ scores: [Score]) -> JSONValue { .array(scores.map { ScoreDocument($0).json }) }

    private var value: JSONValue {
        switch score.value {
        case .word(let word): .string(word)
        case .number(let number):
            Int64(exactly: number).map { .number(JSONNumber($0)) } ?? JSONNumber(number).map { .number($0) } ?? .null
        }
    }

    /// `s-1: helpful 1, by ada`.
    var line: String {
        let comment = score.comment.map { ": \(harmlessText($0))" } ?? ""
        return "\(harmlessText(score.target.text)): \(harmlessText(score.name)) \(harmlessText(score.value.text)), by "
            + harmlessText(score.judge) + comment
    }

    /// `helpful 1 (ada), tone good (bot)`.
    static func summary(_ scores: [Score]) -> String {
        scores.map { "\($0.name) \($0.value.text) (\($0.judge))" }.joined(separator: ", ")
    }

    /// The row of a table: time, target, name, value, judge, comment.
    func row(now: Timestamp) -> [TableCell] {
        [
            TableCell(WallClock.local.moment(score.time, now: now), .dim), TableCell(score.target.text),
            TableCell(score.name, .strong), TableCell(score.value.text), TableCell(score.judge),
            TableCell(score.comment ?? ""),
        ]
    }
}
