import ArgumentParser
import Cells
import Console

/// Every page of the manual, made from the tables that help, settings and keys come from.
enum Manual {
    /// The pages, the program's own first.
    static func pages() throws -> [ManualPage] {
        let root = try CommandDescription.root()
        return [program(root)] + root.subcommands.map(command) + [filter(), keys(), workspace(), settings()]
    }

    private static let others = ["fallom-filter(7)", "fallom-keys(7)", "fallom-workspace(5)", "fallom-config(5)"]

    private static func program(_ root: CommandDescription) -> ManualPage {
        var page = ManualPage("fallom", 1, about: root.about)
        page.heading("Synopsis")
        page.paragraph("`fallom` [options] [<path> ...]")
        page.paragraph("`fallom` <command> [options] [<argument> ...]")
        page.heading("Description")
        page.paragraph(root.discussion)
        page.paragraph(
            "A <path> is a span file or a folder to follow; `-` is standard input. Press ? in the console for its keys."
        )
        for group in RootCommand.configuration.groupedSubcommands {
            page.heading(group.name)
            for subcommand in group.subcommands {
                guard let name = subcommand.configuration.commandName,
                    let described = root.subcommands.first(where: { $0.name == name })
                else { continue }
                page.item("`fallom-\(name)`(1)", described.about)
            }
        }
        page.heading("Options")
        page.paragraph("Every command takes those of these that concern it.")
        let console = root.subcommands.first { $0.name == "console" }
        for option in console?.arguments ?? [] where !option.isPositional { page.item(option.term, option.about) }
        environment(&page)
        page.heading("Exit status")
        page.item("0", "Success.")
        page.item("1", "Something failed; standard error says what, where, and what to do.")
        page.item("64", "A mistake on the command line.")
        page.item("128 and a signal's number", "A signal asked for the end. What was taken is stored first.")
        page.heading("Files")
        page.item("~/.config/fallom/config.yaml", "Settings, see `fallom-config`(5).")
        page.item("~/.config/fallom/themes/*.yaml", "Themes of one's own.")
        page.item("~/.local/state/fallom/traces.sqlite", "The store of spans.")
        page.item("./fallom", "The workspace beside an app, see `fallom-workspace`(5).")
        page.heading("Examples")
        page.example(
            "fallom demo\neval \"$(fallom env)\"\nfallom tail status:error\nfallom spans --json 'model:gpt-4o* latency>2s'"
        )
        page.seeAlso(root.subcommands.map { "fallom-\($0.name)(1)" } + others)
        return page
    }

    private static func environment(_ page: inout ManualPage) {
        page.heading("Environment")
        page.item(
            "`FALLOM_LISTEN_KEY`", "The key senders must show where an address other than loopback is listened on.")
        page.item("`FALLOM_CLICKHOUSE_PASSWORD`", "The password for a store in a ClickHouse.")
        page.item("`NO_COLOR`", "Where it is set and not empty: no colours.")
        page.item(
            "`COLORFGBG`", "Tells `--theme auto` whether the terminal is light, where the terminal itself does not.")
        page.item("`VISUAL`, `EDITOR`", "The editor that texts are opened in from the console.")
        page.item("`XDG_CONFIG_HOME`, `XDG_STATE_HOME`", "Other places for settings and store.")
    }

    private static func command(_ command: CommandDescription) -> ManualPage {
        var page = ManualPage("fallom-\(command.name)", 1, about: command.about)
        page.heading("Synopsis")
        if command.subcommands.isEmpty {
            page.paragraph(command.synopsis)
        } else {
            for subcommand in command.subcommands { page.paragraph(subcommand.synopsis) }
        }
        page.heading("Description")
        page.paragraph(command.about + (command.discussion.isEmpty ? "" : " " + command.discussion))
        if !command.subcommands.isEmpty {
            page.heading("Commands")
            for subcommand in command.subcommands {
                page.subheading(subcommand.path)
                page.paragraph(subcommand.about + (subcommand.discussion.isEmpty ? "" : " " + subcommand.discussion))
                arguments(subcommand, &page)
            }
        } else if !command.arguments.isEmpty {
            page.heading("Options")
            arguments(command, &page)
        }
        page.seeAlso(["fallom(1)"] + others)
        return page
    }

    private static func arguments(_ command: CommandDescription, _ page: inout ManualPage) {
        for argument in command.arguments { page.item(argument.term, argument.about) }
    }

    private static func keys() -> ManualPage {
        var page = ManualPage("fallom-keys", 7, about: "the keys of the console")
        page.heading("Description")
        page.paragraph(
            "`C-` is Control, `M-` Alt, `S-` Shift. The hint line at the bottom names the keys that work now, ? all, and : finds a command by its name. `fallom keys` prints what is in force; the entry `keys` of the settings changes it, see `fallom-config`(5)."
        )
        for section in CommandTable.sections {
            page.heading(section.title)
            for command in section.commands {
                let keys = command.keys.map { "`\($0.description == "`" ? "\u{2018}" : $0.description)`" }
                page.item(keys.joined(separator: " "), command.help + " (\(command.name))")
            }
        }
        page.seeAlso(["fallom(1)", "fallom-config(5)"])
        return page
    }
}
