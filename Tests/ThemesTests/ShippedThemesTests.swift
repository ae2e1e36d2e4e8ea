import Cells
import Testing
import Themes
import Yams

struct ShippedThemesTests {
    static let definitions: [ThemeDefinition] = ShippedThemes.files.map { file in
        let root = (try? Yams.load(yaml: file.yaml)) as? [String: Any] ?? [:]
        return ThemeDefinition(
            name: file.name, about: root["about"] as? String ?? "", inherits: root["inherits"] as? String,
            palette: root["palette"] as? [String: String] ?? [:], roles: root["roles"] as? [String: String] ?? [:],
            mono: root["mono"] as? [String: String] ?? [:])
    }

    @Test func `dark comes first and every theme says what it is for`() {
        #expect(
            ShippedThemes.files.map(\.name) == [
                "dark", "light", "mono", "high-contrast", "colour-blind", "solarized-dark", "solarized-light",
                "gruvbox",
                "catppuccin", "nord", "dracula", "tokyo-night", "github-light",
            ])
        #expect(
            ShippedThemesTests.definitions.allSatisfy { !$0.about.isEmpty && !($0.palette.isEmpty && $0.roles.isEmpty) }
        )
    }

    @Test(arguments: definitions.map(\.name))
    func `a shipped theme has every role, no mistakes, and text one can read`(_ name: String) {
        let (theme, problems) = ThemeDefinition.resolve(name, among: ShippedThemesTests.definitions)
        #expect(problems.map(\.description) == [])
        for depth in ColorDepth.allCases { #expect(theme.adapted(to: depth).name == name) }
        let ground = theme[.background].background?.luminance ?? 0
        #expect((ground > 0.4) == name.contains("light"))
    }

    @Test(arguments: definitions.map(\.name))
    func `the selected row can be told from the others at every depth`(_ name: String) {
        let (theme, _) = ThemeDefinition.resolve(name, among: ShippedThemesTests.definitions)
        for depth in ColorDepth.allCases {
            let shown = theme.adapted(to: depth)
            let background = shown[.background].background.flatMap { Palette.shown($0, depth: depth) }
            let selection = shown[.selection].background.flatMap { Palette.shown($0, depth: depth) }
            #expect(selection != background || !shown[.selection].attributes.isEmpty, "\(name) with \(depth)")
        }
    }

    @Test(arguments: definitions.map(\.name))
    func `every text can be read on every ground, with all colours and with 256`(_ name: String) throws {
        let (theme, _) = ThemeDefinition.resolve(name, among: ShippedThemesTests.definitions)
        for ground in Role.allCases where ground.isGround {
            guard let below = theme[ground].background else { continue }
            for role in Role.allCases where ![.lines, .waiting].contains(role) {
                let style = theme[role]
                guard let text = style.foreground, style.background == nil || role == ground else { continue }
                #expect(text.contrast(with: below) >= 4.5, "\(role) on \(ground)")
                let shown = try #require(Palette.pair(text, on: below, depth: .indexed))
                let contrast = Palette.colors[shown.text].contrast(with: Palette.colors[shown.ground])
                #expect(contrast >= 4.5, "\(role) on \(ground) of 256 colours: \(contrast)")
            }
        }
    }

    @Test(arguments: definitions.map(\.name), [ColorDepth.eight, .sixteen])
    func `every text can be read on every ground with few colours`(_ name: String, _ depth: ColorDepth) throws {
        let theme = ThemeDefinition.resolve(name, among: ShippedThemesTests.definitions).theme.adapted(to: depth)
        for ground in Role.allCases {
            guard let below = theme[ground].background else { continue }
            for role in Role.allCases {
                guard let text = theme[role].foreground else { continue }
                let shown = try #require(Palette.pair(text, on: below, depth: depth), "\(role) on \(ground)")
                let contrast = Palette.colors[shown.text].contrast(with: Palette.colors[shown.ground])
                #expect(contrast >= 3, "\(role) on \(ground): \(contrast)")
            }
        }
    }

    @Test(arguments: definitions.map(\.name))
    func `what a ground says is seen at every depth`(_ name: String) {
        let (full, _) = ThemeDefinition.resolve(name, among: ShippedThemesTests.definitions)
        for depth in ColorDepth.allCases {
            let theme = full.adapted(to: depth)
            func look(_ role: Role) -> [String] {
                let below = theme[role].background.flatMap { Palette.shown($0, depth: depth) }
                // Underlined and faint are no marks beside colours on every terminal.
                let lost: Style.Attributes = depth == .none || below == nil ? [] : [.underline, .dim]
                return [below?.hex ?? "", "\(theme[role].attributes.subtracting(lost).rawValue)"]
            }
            for (role, around) in [
                (Role.selection, Role.background), (.selection, .selectionInactive), (.selectionInactive, .background),
                (.tab, .bar), (.field, .background), (.addedWord, .added), (.removedWord, .removed),
                (.addedWord, .background), (.removedWord, .background), (.match, .background), (.cursor, .field),
            ] {
                #expect(look(role) != look(around), "at \(name) with \(depth): \(role) and \(around)")
            }
        }
    }

    @Test(arguments: definitions.map(\.name))
    func `words that came and words that went have a hue each with 256 colours`(_ name: String) throws {
        let (theme, _) = ThemeDefinition.resolve(name, among: ShippedThemesTests.definitions)
        guard let came = theme[.addedWord].background, let went = theme[.removedWord].background else { return }
        let (green, red) = (
            try #require(Palette.shown(came, depth: .indexed)), try #require(Palette.shown(went, depth: .indexed))
        )
        #expect(green.red <= green.green || green.blue > green.red, "\(green.hex) is red or grey")
        #expect(red.red > red.blue && red.red >= red.green, "\(red.hex) is green or grey")
        #expect(
            ![green, red].contains { $0.red == $0.green && $0.green == $0.blue }, "\(green.hex) or \(red.hex) is grey")
    }

    @Test(arguments: definitions.map(\.name))
    func `the wait for a first token is seen, with all colours and with 256`(_ name: String) throws {
        let (theme, _) = ThemeDefinition.resolve(name, among: ShippedThemesTests.definitions)
        guard let ground = theme[.background].background, let wait = theme[.waiting].foreground else { return }
        #expect(wait.contrast(with: ground) >= 3)
        let (text, below) = try #require(Palette.pair(wait, on: ground, depth: .indexed))
        #expect(Palette.colors[text].contrast(with: Palette.colors[below]) >= 3)
    }

    @Test func `high contrast means 7 for every text`() {
        let (theme, _) = ThemeDefinition.resolve("high-contrast", among: ShippedThemesTests.definitions)
        let black = Color(red: 0, green: 0, blue: 0)
        for role in Role.allCases where !role.isGround && ![.lines, .waiting].contains(role) {
            let ground = theme[role].background ?? black
            #expect((theme[role].foreground ?? black).contrast(with: ground) >= 7, "\(role)")
        }
    }

    /// What a colour looks like without the cones for red or for green (Viénot, Brettel and Mollon, 1999), in linear light.
    private func seen(_ color: Color, withoutGreen: Bool) -> (Double, Double, Double) {
        func linear(_ level: UInt8) -> Double {
            let value = Double(level) / 255
            return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055).squareRoot() * (value + 0.055) / 1.055
        }
        let (red, green, blue) = (linear(color.red), linear(color.green), linear(color.blue))
        let yellow = withoutGreen ? 0.29275 * red + 0.70725 * green : 0.11238 * red + 0.88762 * green
        let rest = withoutGreen ? -0.02234 * red + 0.02234 * green + blue : 0.00401 * red - 0.00401 * green + blue
        return (yellow, yellow, rest)
    }

    @Test(arguments: [true, false])
    func `for the colour-blind, states and kinds stay apart`(_ withoutGreen: Bool) {
        let (theme, _) = ThemeDefinition.resolve("colour-blind", among: ShippedThemesTests.definitions)
        let pairs: [(Role, Role)] = [
            (.error, .good), (.warning, .good), (.added, .removed), (.addedWord, .removedWord),
        ]
        for (first, second) in pairs {
            let colors = [first, second].compactMap { theme[$0].background ?? theme[$0].foreground }
            #expect(colors.count == 2)
            let (one, two) = (seen(colors[0], withoutGreen: withoutGreen), seen(colors[1], withoutGreen: withoutGreen))
            let largest = max(abs(one.0 - two.0), abs(one.2 - two.2)) / max(one.0, one.2, two.0, two.2)
            #expect(largest > 0.4, "\(first) and \(second)")
        }
    }
}
