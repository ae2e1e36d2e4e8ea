import Cells
import Testing
import TraceModel

@testable import Console

/// What a person thinks of a session or span, by keys.
@Suite struct JudgingTests {
    private func scores(_ robot: Robot) async throws -> [String] {
        try await robot.store.scores(ScoreQuery(.everything)).scores.reversed().map {
            "\($0.score.target.text) \($0.score.name) \($0.score.value.text) \($0.score.comment ?? "-")"
        }
    }

    @Test func `plus and minus score a session, and its row shows it`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("2 Enter +")
        let first = try #require(try await scores(robot).first)
        #expect(first.hasSuffix(" rating 1 -") && !first.contains("/"))
        try await robot.press("-")
        #expect(try await scores(robot).count == 1)
        #expect(try await scores(robot)[0].hasSuffix(" rating 0 -"))
        try await robot.press("Esc")
        robot.expect("SCORE")
    }

    @Test func `a span in Live is scored beside its filter's keys`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k R")
        robot.expect("score of the span")
        try await robot.type("5")
        try await robot.press("Enter")
        #expect(try await scores(robot).first?.contains("/") == true)
        robot.expect("SCORE")
    }

    @Test func `R takes a digit and why, or a name, and points at what is no score`() async throws {
        let robot = try await Robot(width: 100, height: 30)
        try await robot.press("2 R")
        robot.expect("score of the session")
        try await robot.type("4 short and right")
        try await robot.press("Enter R")
        try await robot.type("tone dry")
        try await robot.press("Enter R")
        try await robot.type("tone")
        try await robot.press("Enter")
        // It stays open: a value is missing.
        robot.expect("score of the session")
        try await robot.press("Esc")
        let found = try await scores(robot)
        #expect(found.count == 2)
        #expect(found[0].hasSuffix(" rating 4 short and right") && found[1].hasSuffix(" tone dry -"))
        #expect(!found[0].contains("/"))
        // On the session's own screen they stand among its figures.
        try await robot.press("Enter")
        #expect(robot.screen.contains("tone dry") || robot.screen.contains("rating 4"))
    }

    @Test func `a session is pinned, noted and labelled by keys`() async throws {
        let robot = try await Robot(width: 100, height: 30)
        try await robot.press("2 *")
        let session = try #require(robot.keptSessions.keys.first)
        #expect(robot.keptSessions[session]?.isPinned == true)
        try await robot.press("i")
        try await robot.type("asked twice")
        try await robot.press("Enter #")
        try await robot.type("refund, late")
        try await robot.press("Enter")
        #expect(robot.keptSessions[session]?.note == "asked twice")
        #expect(robot.keptSessions[session]?.labels == ["refund", "late"])
        // The line comes back with what stands there.
        try await robot.press("#")
        robot.expect("labels", "refund, late")
        try await robot.press("Esc i C-u Enter *")
        #expect(robot.keptSessions[session]?.note == nil && robot.keptSessions[session]?.isPinned == false)
        robot.editorWrites = "a longer note\nof two lines\n"
        try await robot.press("I")
        #expect(robot.keptSessions[session]?.note == "a longer note\nof two lines")
    }

    @Test func `where nothing is selected the keys say so`() async throws {
        let robot = try await Robot(width: 100, height: 30, world: nil)
        try await robot.press("R")
        robot.expect("nothing is selected to judge")
        try await robot.press("*")
        robot.expect("nothing is selected to judge")
    }

    @Test(arguments: [
        ("4", "rating 4 -"), ("-2 no", "rating -2 no"), ("helpful 0.5 vague", "helpful 0.5 vague"),
        ("tone good", "tone good -"), ("  7   out of ten ", "rating 7 out of ten"),
    ])
    func `a line is a score`(text: String, expected: String) throws {
        let read = try #require(JudgedPlace.read(text))
        #expect("\(read.name) \(read.value.text) \(read.comment ?? "-")" == expected)
    }
}
