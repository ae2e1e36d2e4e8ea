import Testing
import Themes

struct ShippedThemesTests {
    @Test func `every shipped theme has a text`() {
        #expect(ShippedThemes.files.map(\.name) == ["dark", "light", "mono", "high-contrast", "colour-blind"])
        #expect(ShippedThemes.files.allSatisfy { $0.yaml.hasPrefix("#") || $0.yaml.hasPrefix("about") })
    }
}
