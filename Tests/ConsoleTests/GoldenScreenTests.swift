import Cells
import Testing
import WorkspaceModel

@testable import Console

/// Each view at 80×24, fully usable, and at 160×45, as dense and calm as the design's pictures.
@Suite struct GoldenScreenTests {
    /// A view and the keys that lead to it.
    struct View: CustomTestStringConvertible, Sendable {
        let name: String
        let keys: String
        var typed = ""
        var then = ""

        var testDescription: String { name }
    }

    static let views: [View] = [
        View(name: "live", keys: ""),
        View(name: "live-selected", keys: "k k"),
        View(name: "live-filter", keys: "/", typed: "model:gpt-4o* latency>1s", then: "Enter"),
        View(name: "live-filter-mistake", keys: "/", typed: "model:gpt latency>quick"),
        View(name: "live-words", keys: "/", typed: "order", then: "Enter"),
        View(name: "usage", keys: "5"),
        View(name: "usage-parts", keys: "5 B B B l j s"),
        View(name: "usage-time", keys: "5 Tab h h"),
        View(name: "usage-zoomed", keys: "5 Tab h ]"),
        View(name: "live-no-match", keys: "/", typed: "model:nothing", then: "Enter"),
        View(name: "sessions", keys: "2"),
        View(name: "session", keys: "k s"),
        View(name: "session-conversation", keys: "k s Tab"),
        View(name: "span", keys: "k Enter"),
        View(name: "span-attributes", keys: "k Enter a"),
        View(name: "span-raw", keys: "k Enter r"),
        View(name: "span-failed", keys: "E Enter"),
        View(name: "compare", keys: "2 Space j c"),
        View(name: "experiments", keys: "3"),
        View(name: "experiments-rule", keys: "3 j j j j Tab j j j j"),
        View(name: "experiments-simulate", keys: "3 j j j j c Tab Tab"),
        View(name: "experiments-broken", keys: "3 g Tab"),
        View(name: "experiments-draft", keys: "3 j j j j Tab - - - - - j + + + + +"),
        View(name: "experiments-rule-mistake", keys: "3 j j j j Tab a", typed: "plan equals pro -> 1"),
        View(name: "experiments-weight", keys: "3 j j j j Tab Enter"),
        View(name: "versions", keys: "3 j j j j Tab - - - - - j + + + + + V"),
        View(name: "joint", keys: "3 j j j j b"),
        View(name: "prompts", keys: "4 j"),
        View(name: "prompts-side-by-side", keys: "4 j v"),
        View(name: "prompts-unified", keys: "4 j v v"),
        View(name: "prompts-editor", keys: "4 j e", typed: "{{new_one}} "),
        View(name: "prompts-note", keys: "4 j e x C-s", typed: "shorter"),
        View(name: "prompts-test", keys: "4 j a"),
        View(name: "prompts-test-draft", keys: "4 j a + +"),
        View(name: "prompts-test-mistake", keys: "4 j a p C-u", typed: "onboarding@9"),
        View(name: "prompts-test-session", keys: "4 j a G Enter C-u", typed: "session-123"),
        View(name: "prompts-variable", keys: "4 j x i Enter", typed: "Acme"),
        View(name: "prompts-sent", keys: "4 j o G p"),
        View(name: "help", keys: "?"),
        View(name: "help-search", keys: "?", typed: "error"),
        View(name: "themes", keys: "C-t Down"),
        View(name: "tour", keys: "M-t"),
        View(name: "palette", keys: ":"),
        View(name: "palette-search", keys: ":", typed: "fol"),
    ]

    @Test(arguments: views, [(80, 24), (160, 45)])
    func `a screen looks as it was kept`(view: View, size: (Int, Int)) async throws {
        let robot = try await Robot(width: size.0, height: size.1)
        try await robot.press(view.keys)
        try await robot.type(view.typed)
        try await robot.press(view.then)
        try Golden.check(robot.screen, "\(view.name)-\(size.0)x\(size.1)")
    }

    @Test(arguments: [(80, 24), (160, 45)])
    func `an empty store says what to do next`(size: (Int, Int)) async throws {
        let robot = try await Robot(width: size.0, height: size.1, world: nil)
        try Golden.check(robot.screen, "live-empty-\(size.0)x\(size.1)")
        try await robot.press("2")
        try Golden.check(robot.screen, "sessions-empty-\(size.0)x\(size.1)")
        let bare = try await Robot(
            width: size.0, height: size.1, world: nil, workspace: WorkspaceSnapshot(path: "fallom"))
        try await bare.press("3")
        try Golden.check(bare.screen, "experiments-empty-\(size.0)x\(size.1)")
        try await bare.press("4")
        try Golden.check(bare.screen, "prompts-empty-\(size.0)x\(size.1)")
    }

    @Test(arguments: [(20, 5), (40, 12), (500, 200)])
    func `the smallest and the largest terminal show what they can`(size: (Int, Int)) async throws {
        let robot = try await Robot(width: size.0, height: size.1)
        try await robot.press("k")
        try Golden.check(robot.screen, "live-\(size.0)x\(size.1)")
    }

    @Test func `a terminal without UTF-8 has the same layout in ASCII signs`() async throws {
        let robot = try await Robot(width: 100, height: 30, glyphs: .ascii)
        try await robot.press("k")
        try Golden.check(robot.screen, "live-ascii-100x30")
    }
}
