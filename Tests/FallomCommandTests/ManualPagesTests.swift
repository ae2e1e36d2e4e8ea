import ArgumentParser
import Console
import SystemCalls
import Testing
import TraceModel

@testable import FallomCommand

struct ManualPagesTests {
    @Test func `every command, filter field, key and setting has its place in a page`() throws {
        let pages = try Manual.pages()
        let names = pages.map(\.fileName)
        for group in RootCommand.configuration.groupedSubcommands {
            for command in group.subcommands where command.configuration.shouldDisplay {
                let name = try #require(command.configuration.commandName)
                #expect(names.contains("fallom-\(name).1"))
            }
        }
        let filter = try #require(pages.first { $0.fileName == "fallom-filter.7" }).text
        for field in SpanFilterParser.fieldNames {
            #expect(FilterReference.fields[field] != nil, "\(field) is not explained")
            #expect(filter.contains("\\fB\(field)"))
        }
        #expect(FilterReference.fields.count == SpanFilterParser.fieldNames.count)
        let keys = try #require(pages.first { $0.fileName == "fallom-keys.7" }).text
        for command in CommandTable.all {
            #expect(keys.contains("(" + command.name.replacing("-", with: "\\-") + ")"), "\(command.name)")
        }
        let settings = try #require(pages.first { $0.fileName == "fallom-config.5" }).text
        for entry in SettingsReference.entries { #expect(settings.contains("\\fB\(entry.name)\\fP")) }
    }

    @Test(arguments: SettingsReference.entries.map(\.name))
    func `a setting that is explained is known, and the message for another lists it`(_ name: String) {
        let mistake = #expect(throws: ConfigurationMistake.self) {
            try ConfigurationFile(yaml: "nothing_of_the_kind: 1\n", path: "config.yaml")
        }
        #expect(mistake?.message.contains(name) == true)
        // Whatever is wrong with a mapping in its place, it is not the name.
        let other = #expect(throws: ConfigurationMistake.self) {
            try ConfigurationFile(yaml: "\(name): {nothing_of_the_kind: [1]}\n", path: "config.yaml")
        }
        #expect(other?.message.hasPrefix("unknown entry '\(name)'") == false)
    }

    @Test func `the example of the settings is read`() throws {
        let file = try ConfigurationFile(yaml: SettingsReference.example, path: "config.yaml")
        #expect(file.theme == "nord")
        #expect(file.retention.days == 30)
    }

    @Test func `text is shown as it is, whatever it begins with`() {
        var page = ManualPage("fallom-x", 1, about: "Shows x.")
        page.heading("Description")
        page.paragraph(".PP is `--no-macro`, 'quoted' at C:\\ and 10 \u{2013} 20")
        page.example(".nf\n'x'\n\\n")
        #expect(page.text.contains("fallom\\-x \\- shows x\n"))
        #expect(
            page.text.contains("\\&.PP is \\fB\\-\\-no\\-macro\\fP, \\(aqquoted\\(aq at C:\\e and 10 \\[u2013] 20\n"))
        #expect(page.text.contains(".nf\n\\&.nf\n\\(aqx\\(aq\n\\en\n.fi\n"))
    }

    @Test func `Tab offers fields, then values`() async {
        let fields = await Completing.conditions("mo", ["fallom", "spans", "mo"])
        #expect(fields.contains("model:"))
        #expect(!fields.contains { $0.contains(">") })
        for field in SpanFilter.NumberField.allCases { #expect(!fields.contains("\(field.rawValue):")) }
        #expect(await Completing.conditions("-status:e", []).contains("-status:error"))
        #expect(await Completing.conditions("kind:", []).contains("kind:tool"))
        #expect(await Completing.conditions("is:", []) == ["is:pinned", "is:run"])
    }

    @Test(arguments: ["a b", "$(reboot)", "`x`", "a;b", "a'b", "a\u{202E}b", "\u{1B}[2J", "a|b", "a*b", "", "a\\b"])
    func `Tab never offers what a shell would take for a command`(_ text: String) {
        #expect(!Completing.isPlain(text))
    }

    @Test(arguments: ["conv-8f2", "gpt-4o-2024@v1", "日本セッション", "user_1.2:3/4+5,6=7"])
    func `Tab offers plain words of any script`(_ text: String) {
        #expect(Completing.isPlain(text))
    }
}
