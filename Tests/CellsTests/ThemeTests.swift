import Cells
import Testing

struct ThemeTests {
    private let base = ThemeDefinition(
        name: "base", palette: ["ink": "#d0d0d0", "ground": "#000000", "sky": "#58a6ff"],
        roles: Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0.name, $0.isGround ? "ink on ground" : "ink") }),
        mono: ["selection": "reverse", "error": "bold"])

    private func resolve(_ name: String, _ more: ThemeDefinition...) -> (Theme, [String]) {
        let (theme, problems) = ThemeDefinition.resolve(name, among: [base] + more)
        return (theme, problems.map(\.description))
    }

    @Test func `roles are named in snake case, each once`() {
        #expect(Role.selectionInactive.name == "selection_inactive")
        #expect(Role.variantA.name == "variant_a" && Role.llm.name == "llm")
        #expect(Set(Role.allCases.map(\.name)).count == Role.allCases.count)
        #expect(Role.allCases.allSatisfy { Role(name: $0.name) == $0 })
        #expect(Role(name: "nope") == nil)
    }

    @Test func `a theme takes from its parent what it does not say`() {
        let child = ThemeDefinition(
            name: "child", inherits: "base", palette: ["ink": "#ffffff"], roles: ["llm": "sky bold on #101010"])
        let (theme, problems) = resolve("child", child)
        #expect(problems == [])
        // The child's palette colours the parent's roles.
        #expect(theme[.text].foreground == Color(red: 255, green: 255, blue: 255))
        #expect(
            theme[.llm]
                == Style(
                    foreground: Color(red: 0x58, green: 0xA6, blue: 0xFF),
                    background: Color(red: 16, green: 16, blue: 16), attributes: .bold))
        #expect(theme.adapted(to: .none)[.error].attributes == .bold)
    }

    @Test(arguments: [
        (ThemeDefinition(name: "x", inherits: "base", roles: ["errror": "ink"]), "roles.errror: there is no such role"),
        (ThemeDefinition(name: "x", inherits: "base", roles: ["error": "pink"]), "\"pink\" is no colour"),
        (ThemeDefinition(name: "x", inherits: "base", roles: ["error": "ink sky"]), "two foregrounds"),
        (ThemeDefinition(name: "x", inherits: "base", roles: ["error": "ink on"]), "missing after \"on\""),
        (ThemeDefinition(name: "x", inherits: "base", palette: ["a": "#12345"]), "palette.a: \"#12345\" is no colour"),
        (ThemeDefinition(name: "x", inherits: "base", palette: ["dim": "#123456"]), "cannot name a colour"),
        (ThemeDefinition(name: "x", inherits: "base", mono: ["error": "sky"]), "mono.error: has a colour"),
        (ThemeDefinition(name: "x", inherits: "lost"), "there is no theme \"lost\"; known are base, x"),
        (ThemeDefinition(name: "x", inherits: "x"), "goes in a circle: x → x"),
        (ThemeDefinition(name: "x", roles: ["text": "#ffffff"]), "roles.error: is missing"),
        (
            ThemeDefinition(name: "x", inherits: "base", roles: ["text": "#101010"]),
            "has a contrast of 1.1; 4.5 is needed"
        ),
    ])
    func `what is wrong is said, with its place`(_ definition: ThemeDefinition, _ message: String) {
        let (theme, problems) = resolve("x", definition)
        #expect(problems.contains { $0.contains(message) && $0.hasPrefix("theme x: ") }, "\(problems)")
        #expect(theme.name == "x")
    }

    @Test func `a bad style leaves the parent's`() {
        let child = ThemeDefinition(name: "child", inherits: "base", roles: ["error": "pink", "good": "sky"])
        let (theme, _) = resolve("child", child)
        #expect(theme[.error] == theme[.text])
        #expect(theme[.good].foreground?.hex == "#58a6ff")
    }

    @Test func `an unknown theme still draws`() {
        let (theme, problems) = resolve("nope")
        #expect(problems == ["theme nope: name: there is no theme \"nope\"; known are base"])
        #expect(theme[.error] == Style())
    }

    @Test func `without colours only attributes are left`() {
        let (theme, _) = resolve("base")
        let mono = theme.adapted(to: .none)
        #expect(Role.allCases.allSatisfy { mono[$0].foreground == nil && mono[$0].background == nil })
        #expect(mono[.selection].attributes == .reverse)
    }

    @Test(arguments: [ColorDepth.eight, .sixteen])
    func `with few colours a flat selection is marked and all text can be read`(_ depth: ColorDepth) {
        let child = ThemeDefinition(
            name: "child", inherits: "base",
            roles: ["selection": "on #0c0c0c", "dim": "#202020", "error": "#400000", "background": "ink on ground"])
        let (theme, _) = resolve("child", child)
        let coarse = theme.adapted(to: depth)
        #expect(coarse[.selection].attributes == .reverse)
        let black = Color(red: 0, green: 0, blue: 0)
        for role in Role.allCases where !role.isGround {
            #expect(coarse[role].foreground.map { $0.contrast(with: black) >= 3 } ?? true, "\(role)")
        }
    }
}

struct PaletteTests {
    @Test func `every colour of the palette is nearest to itself`() {
        for index in 16..<256 {
            let found = Palette.nearest(to: Palette.colors[index], depth: .indexed)
            // A few greys are in the cube and in the ramp.
            #expect(found.map { Palette.colors[$0] } == Palette.colors[index])
        }
        #expect((0..<8).allSatisfy { Palette.nearest(to: Palette.colors[$0], depth: .eight) == $0 })
    }

    @Test(arguments: [
        ("#58a6ff", 12), ("#4fd1c5", 6), ("#b392f0", 5), ("#f2cc60", 3), ("#ff6b6b", 9), ("#56d364", 2), ("#11141a", 0),
        ("#c9d1d9", 7), ("#6b7685", 8), ("#ffffff", 15),
    ])
    func `of sixteen the one of the same hue is taken`(_ hex: String, _ index: Int) throws {
        let color = try #require(Color(hex: hex))
        let found = try #require(Palette.nearest(to: color, depth: .sixteen))
        #expect(found % 8 == index % 8 || found == index, "\(hex) became \(found)")
    }

    @Test func `contrast is that of WCAG`() throws {
        let black = Color(red: 0, green: 0, blue: 0)
        let white = Color(red: 255, green: 255, blue: 255)
        #expect(abs(black.contrast(with: white) - 21) < 0.001)
        #expect(abs(white.contrast(with: white) - 1) < 0.001)
        // The grey whose contrast with white is known to be 4.54.
        #expect(abs(Color(red: 118, green: 118, blue: 118).contrast(with: white) - 4.54) < 0.01)
    }

    @Test func `colours are written in hex`() {
        #expect(Color(hex: "#0A1b2C")?.hex == "#0a1b2c")
        for text in ["", "#", "0a1b2c", "#0a1b2", "#0a1b2cc", "#0a1b2g", "#+12345", "＃0a1b2c"] {
            #expect(Color(hex: text) == nil)
        }
    }
}
