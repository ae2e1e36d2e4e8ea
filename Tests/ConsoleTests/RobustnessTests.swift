import Cells
import Testing
import TraceModel

@testable import Console

/// No size and no text brings the console down or out of line.
@Suite struct RobustnessTests {
    @Test(arguments: GoldenScreenTests.views)
    func `every size from 1×1 can be drawn`(view: GoldenScreenTests.View) async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press(view.keys)
        try await robot.type(view.typed)
        try await robot.press(view.then)
        var state = robot.state
        for height in 1...20 {
            for width in 1...60 where height < 8 || width % 5 == 0 || width < 12 {
                drawn(&state, width, height)
            }
        }
        for (width, height) in [(500, 200), (500, 1), (1, 200), (300, 10), (0, 0), (0, 5), (5, 0)] {
            drawn(&state, width, height)
        }
    }

    private func drawn(_ state: inout ConsoleState, _ width: Int, _ height: Int) {
        _ = reduce(&state, .input(.resize(Size(width: width, height: height))), at: SampleWorld.at(8_000))
        var grid = Grid(size: state.size)
        draw(state, into: &grid, theme: Theme(name: "plain", styles: [:]), glyphs: .unicode)
        #expect(grid.size == Size(width: width, height: height))
    }

    /// What a model might write to harm a terminal or a layout.
    static let hostile = [
        "\u{1B}[2J\u{1B}]0;owned\u{7}", "a\u{202E}gnirts\u{202C}", "line\nbreak\r\nand\ttab", "e\u{301}\u{302}\u{303}",
        "👩‍👩‍👧‍👦🇩🇪👍🏽",
        "日本語のとても長い名前がここにあります", "\u{9B}31m", "\u{0}\u{8}\u{7F}", "zero\u{200B}width\u{FEFF}",
        String(repeating: "x", count: 5_000),
        String(repeating: "\u{300}", count: 300),
    ]

    @Test(arguments: hostile)
    func `hostile text is harmless and in line in every view`(text: String) async throws {
        var world = SampleWorld()
        world.call(
            text, session: "s" + text, trace: "t", id: "i", at: 0, took: 100, model: text, ttft: 50, tokens: (1, 2),
            nanoDollars: 1_000_000, variant: 1,
            change: {
                $0.errorMessage = text
                $0.promptKey = text
                $0.tags = [text]
                $0.metadata = AttributeMap([.init(text, .string(text))])
            },
            said: (
                [SampleWorld.text("user", text), SampleWorld.text(text, "{\"" + text + "\": 1}")],
                [SampleWorld.text("assistant", "```\n" + text)]
            ))
        for keys in ["", "s", "s Tab", "Enter", "Enter a", "Enter r", "2", "2 Enter"] {
            let robot = try await Robot(width: 120, height: 40, world: world)
            try await robot.press(keys)
            for line in robot.lines {
                #expect(displayWidth(of: line) <= 120)
                #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
                #expect(
                    !line.unicodeScalars.contains {
                        (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value)
                    })
            }
            // The right edge of the figures column is where it is with tame text.
            #expect(robot.lines[0].contains("http 4318"))
        }
    }

    @Test func `an address that is not known is not made up`() async throws {
        let robot = try await Robot(width: 100, height: 30, world: nil)
        robot.expect("FALLOM_TRACES_URL=http://127.0.0.1:4318")
        try await robot.send(.health(ConsoleHealth()))
        #expect(!robot.lines.contains { $0.contains("4318") })
        robot.expect("Waiting for spans")
        robot.expect("fallom env", "variables")
    }

    @Test func `a random walk over all keys never stops the console`() async throws {
        let robot = try await Robot(width: 100, height: 30)
        let keys = CommandTable.all.filter { $0.name != "quit" && $0.name != "suspend" }.flatMap(\.keys)
        var seed: UInt64 = 42
        for step in 0..<1_500 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let key = keys[Int((seed >> 33) % UInt64(keys.count))]
            try await robot.send(.input(.key(key)))
            if step % 50 == 0 { try await robot.resize(Int(seed >> 40) % 180 + 1, Int(seed >> 50) % 60 + 1) }
            if step % 10 == 0 { #expect(!robot.lines.isEmpty) }
        }
    }

    @Test(arguments: ["3 j j j j", "3", "4 j"], [7, 1_234])
    func `a random walk over the keys of the workspace's screens never stops the console`(
        keys: String, seed: UInt64
    ) async throws {
        let robot = try await Robot(width: 130, height: 40)
        try await robot.press(keys)
        let walked = CommandTable.all.filter {
            !["quit", "suspend", "help", "palette"].contains($0.name) && !$0.name.hasPrefix("tab.")
        }.flatMap(\.keys)
        var seed = seed
        for step in 0..<1_000 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            try await robot.send(.input(.key(walked[Int((seed >> 33) % UInt64(walked.count))])))
            if step % 40 == 0 { try await robot.resize(Int(seed >> 40) % 180 + 1, Int(seed >> 50) % 60 + 1) }
            if step % 97 == 0 {
                let point = Point(x: Int(seed >> 42) % 130, y: Int(seed >> 52) % 40)
                try await robot.send(.input(.mouse(MouseEvent(.press(.left), at: point))))
            }
            if step % 5 == 0 { #expect(!robot.lines.isEmpty) }
        }
    }

    @Test func `absurd figures neither trap nor break the layout`() async throws {
        var world = SampleWorld()
        world.add(
            "absurd", .llm, session: "s", trace: "t", id: "i", at: 0, took: 1,
            change: {
                $0.start = Timestamp(unixNanoseconds: .min)
                $0.end = Timestamp(unixNanoseconds: .max)
                $0.durationNanoseconds = .max
                $0.timeToFirstTokenNanoseconds = .max
                $0.usage = TokenUsage(prompt: .max, completion: .max, total: .max, cached: .max)
                $0.cost = Cost(nanoDollars: .max, isEstimated: true)
                $0.promptVariantIndex = -3
                $0.promptKey = "onboarding"
                $0.promptVersion = "7"
            })
        for keys in ["", "s", "Enter", "2", "3", "4 j", "4 j v"] {
            let robot = try await Robot(width: 160, height: 45, world: world)
            try await robot.press(keys)
            #expect(robot.lines.allSatisfy { displayWidth(of: $0) <= 160 })
        }
    }

    @Test func `events that mean nothing change nothing`() async throws {
        let robot = try await Robot()
        let before = robot.screen
        try await robot.send(.input(.focus(true)))
        try await robot.send(.input(.paste("pasted where nothing is typed")))
        try await robot.send(.input(.key(.function(9))))
        #expect(robot.screen == before)
    }
}

extension Key {
    fileprivate static func function(_ number: Int) -> Key { Key(.function(number)) }
}
