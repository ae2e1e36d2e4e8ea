extension Manual {
    static func workspace() -> ManualPage {
        var page = ManualPage("fallom-workspace", 5, about: "configs, prompts and tests as plain files")
        page.heading("Description")
        page.paragraph(
            "Plain files for git, in ./fallom where that folder exists, else in ~/.config/fallom, or where `--workspace` or the settings say."
        )
        for (path, about) in [
            ("configs/KEY/VERSION.json", "A model config: variants with weights, and rules that go before them."),
            ("prompts/KEY/VERSION/system.txt, user.txt, meta.json", "A prompt: two texts byte for byte, and its note."),
            ("prompts/KEY/samples.json", "Named variables to try the prompt with."),
            ("prompt-ab-tests/KEY/VERSION.json", "A test that gives sessions one of several prompts."),
            ("contexts/NAME.json", "A sample context: session_id, customer_id, context."),
            ("KIND/KEY/current", "The number of the version that is served, in decimal digits."),
            (".drafts/", "Unsaved work, kept out of git by its own .gitignore."),
            ("prices.yaml", "Prices of one's own."),
        ] { page.item("`\(path)`", about) }
        page.heading("Keys and versions")
        page.paragraph(
            "KEY is percent-encoded: lower-case letters, digits, -, _ and dots that are not first stay; every other byte of the UTF-8 is %XX; the empty key is %. A folder made by hand without encoding is understood too."
        )
        page.paragraph(
            "A saved version never changes: a new one takes the next free number. Without `current`, or where it names a version that is not there, the highest is served; a roll-back moves `current` and makes no number. Every write is whole or not there; two editors at once get two numbers, and who saved in between is told."
        )
        page.heading("Safety")
        page.paragraph(
            "A workspace may come from a stranger: links that lead out of it are not followed, pipes and devices wait for nobody, files of more than 16 MB are not read. What is refused is a problem that `fallom doctor` names, and everything beside it is served."
        )
        page.seeAlso(["fallom(1)", "fallom-configs(1)", "fallom-prompts(1)", "fallom-ab-tests(1)", "fallom-config(5)"])
        return page
    }

    static func settings() -> ManualPage {
        var page = ManualPage("fallom-config", 5, about: "the settings of fallom")
        page.heading("Description")
        page.paragraph(
            "YAML in ~/.config/fallom/config.yaml, or the file of `--config`. Every entry is optional; the command line goes before the file. An entry that is not known is a mistake, told with line and column. A console that runs takes a change of theme and keys at once."
        )
        page.heading("Entries")
        for entry in SettingsReference.entries { page.item("`\(entry.name)`: \(entry.value)", entry.about) }
        page.heading("Examples")
        page.example(SettingsReference.example)
        page.seeAlso(["fallom(1)", "fallom-keys(7)", "fallom-workspace(5)"])
        return page
    }
}
