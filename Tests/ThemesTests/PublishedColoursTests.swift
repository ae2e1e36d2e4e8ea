import Testing
import Themes

@testable import Cells

/// The themes that people know by name look as they know them, and can be read.
struct PublishedColoursTests {
    /// What their authors publish, by the names of our palette.
    private static let published: [String: [String: String]] = [
        "solarized-dark": [
            "background": "#002b36", "text": "#93a1a1", "strong": "#eee8d5", "muted": "#839496", "heading": "#839496",
            "teal": "#2aa198", "blue": "#268bd2", "violet": "#6c71c4", "yellow": "#b58900", "red": "#dc322f",
            "green": "#859900", "amber": "#cb4b16",
        ],
        "solarized-light": [
            "background": "#fdf6e3", "text": "#586e75", "strong": "#073642", "muted": "#657b83", "heading": "#657b83",
            "teal": "#2aa198", "blue": "#268bd2", "violet": "#6c71c4", "yellow": "#b58900", "red": "#dc322f",
            "green": "#859900", "amber": "#cb4b16",
        ],
        "gruvbox": [
            "background": "#282828", "text": "#ebdbb2", "strong": "#fbf1c7", "muted": "#a89984", "heading": "#bdae93",
            "teal": "#8ec07c", "blue": "#83a598", "violet": "#d3869b", "yellow": "#fabd2f", "red": "#fb4934",
            "green": "#b8bb26", "amber": "#fabd2f",
        ],
        "catppuccin": [
            "background": "#1e1e2e", "text": "#cdd6f4", "strong": "#f5e0dc", "muted": "#9399b2", "heading": "#a6adc8",
            "teal": "#94e2d5", "blue": "#89b4fa", "violet": "#cba6f7", "yellow": "#f9e2af", "red": "#f38ba8",
            "green": "#a6e3a1", "amber": "#fab387",
        ],
        "nord": [
            "background": "#2e3440", "text": "#d8dee9", "strong": "#eceff4", "muted": "#4c566a", "heading": "#81a1c1",
            "teal": "#88c0d0", "blue": "#81a1c1", "violet": "#b48ead", "yellow": "#ebcb8b", "red": "#bf616a",
            "green": "#a3be8c", "amber": "#ebcb8b",
        ],
        "dracula": [
            "background": "#282a36", "text": "#f8f8f2", "strong": "#f8f8f2", "muted": "#6272a4", "heading": "#6272a4",
            "teal": "#ff79c6", "blue": "#8be9fd", "violet": "#bd93f9", "yellow": "#f1fa8c", "red": "#ff5555",
            "green": "#50fa7b", "amber": "#f1fa8c",
        ],
        "tokyo-night": [
            "background": "#1a1b26", "text": "#c0caf5", "strong": "#c0caf5", "muted": "#737aa2", "heading": "#a9b1d6",
            "teal": "#1abc9c", "blue": "#7aa2f7", "violet": "#bb9af7", "yellow": "#e0af68", "red": "#f7768e",
            "green": "#9ece6a", "amber": "#ff9e64",
        ],
        "github-light": [
            "background": "#ffffff", "text": "#1f2328", "strong": "#1f2328", "muted": "#656d76", "heading": "#656d76",
            "teal": "#0969da", "blue": "#0550ae", "violet": "#8250df", "yellow": "#9a6700", "red": "#cf222e",
            "green": "#1a7f37", "amber": "#bc4c00",
        ],
    ]

    @Test(arguments: published.keys.sorted())
    func `a colour is the published one, or has its hue`(_ name: String) throws {
        let definition = try #require(ShippedThemesTests.definitions.first { $0.name == name })
        for (key, value) in try #require(Self.published[name]) {
            let color = try #require(definition.palette[key].flatMap { Color(hex: $0) }, "\(key)")
            let wanted = try #require(Color(hex: value))
            if key == "background" { #expect(color == wanted) }
            if color == wanted { continue }
            let (ours, theirs) = (OKLab(color), OKLab(wanted))
            // Two greys differ in lightness only, whatever their hue is said to be.
            guard !ours.isGrey, !theirs.isGrey else { continue }
            let dot = ours.a * theirs.a + ours.b * theirs.b
            let lengths = ((ours.a * ours.a + ours.b * ours.b) * (theirs.a * theirs.a + theirs.b * theirs.b))
                .squareRoot()
            #expect(dot / lengths > 0.995, "\(key): \(color.hex) for \(value)")
        }
    }
}

/// How somebody sees who lacks one kind of cones: the matrices of Machado, Oliveira and Fernandes (2009), severity 1, on
/// linear light.
enum ColourVision: CaseIterable, CustomTestStringConvertible {
    case withoutRed, withoutGreen, withoutBlue

    var testDescription: String { "\(self)" }

    private var rows: [[Double]] {
        switch self {
        case .withoutRed:
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
        case .withoutGreen:
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        case .withoutBlue:
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
        }
    }

    func seen(_ color: Color) -> Color {
        let light = [color.linear.red, color.linear.green, color.linear.blue]
        let levels = rows.map { row -> UInt8 in
            let value = min(1, max(0, zip(row, light).reduce(0) { $0 + $1.0 * $1.1 }))
            // The level whose light is nearest: the way back of the transfer function without a function of its own.
            let nearest = (0...255).min { left, right in
                abs(Color(grey: left).linear.red - value) < abs(Color(grey: right).linear.red - value)
            }
            return UInt8(nearest ?? 0)
        }
        return Color(red: levels[0], green: levels[1], blue: levels[2])
    }
}

extension Color {
    fileprivate init(grey level: Int) {
        self.init(red: UInt8(level), green: UInt8(level), blue: UInt8(level))
    }
}

struct ColourVisionTests {
    /// Themes with colours of their own; `dark` and `light` say states by sign as well, as all screens do.
    private static let themes = ShippedThemesTests.definitions.map(\.name).filter { $0 != "mono" }

    @Test(arguments: themes, ColourVision.allCases)
    func `failed, doubtful and well stay three colours for everybody`(_ name: String, _ vision: ColourVision) throws {
        let theme = ThemeDefinition.resolve(name, among: ShippedThemesTests.definitions).theme
        let states: [Role] = [.error, .warning, .good]
        for (index, first) in states.enumerated() {
            for second in states.dropFirst(index + 1) {
                let one = OKLab(vision.seen(try #require(theme[first].foreground)))
                let two = OKLab(vision.seen(try #require(theme[second].foreground)))
                let (l, a, b) = (one.lightness - two.lightness, one.a - two.a, one.b - two.b)
                let distance = (l * l + a * a + b * b).squareRoot()
                // 0.02 is a difference one just sees side by side.
                #expect(distance >= 0.05, "\(first) and \(second): \(distance)")
            }
        }
    }

    @Test func `the simulation knows red from green and makes them one`() {
        let (red, green) = (Color(red: 200, green: 60, blue: 60), Color(red: 122, green: 122, blue: 40))
        func distance(_ vision: ColourVision) -> Double {
            OKLab(vision.seen(red)).distance(to: OKLab(vision.seen(green)))
        }
        #expect(OKLab(red).distance(to: OKLab(green)) > 0.02)
        #expect(distance(.withoutGreen) < OKLab(red).distance(to: OKLab(green)) / 4)
        let grey = Color(red: 128, green: 128, blue: 128)
        for vision in ColourVision.allCases { #expect(vision.seen(grey).contrast(with: grey) < 1.02) }
    }
}
