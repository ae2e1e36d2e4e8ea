import ArgumentParser
import OrderedJSON

/// A command as its own help describes it: read from what the argument parser tells of itself, so that no page says
/// something else than `--help`.
struct CommandDescription: Sendable {
    /// What stands before a value on the command line, and what it is for.
    struct Argument: Sendable {
        /// `--store <file>`, `<id>`.
        var term: String
        /// What it is for, with its default.
        var about: String
        var isPositional: Bool
        var isOptional: Bool
        var isRepeating: Bool
        /// What a positional argument is called.
        var valueName: String
    }

    /// `fallom sessions`.
    var path: String
    var name: String
    var about: String
    var discussion: String
    var arguments: [Argument]
    var subcommands: [CommandDescription]

    /// The whole program.
    ///
    /// - Throws: where the argument parser describes itself in another form than the one known here.
    static func root() throws -> CommandDescription {
        let dump = try JSONValue(parsing: Array(RootCommand._dumpHelp().utf8))
        guard let command = dump["command"] else { throw CommandFailure("the commands cannot be described") }
        return CommandDescription(command, below: "")
    }

    private init(_ json: JSONValue, below parent: String) {
        name = json["commandName"]?.string ?? ""
        path = parent.isEmpty ? name : parent + " " + name
        about = json["abstract"]?.string ?? ""
        discussion = json["discussion"]?.string ?? ""
        arguments = (json["arguments"]?.array ?? []).filter { $0["shouldDisplay"]?.bool == true }.map(Argument.init)
        // A command whose own option is called so has no other (`HelpText`).
        if arguments.contains(where: { $0.term.hasPrefix("`--version` <") }) {
            arguments.removeAll { $0.term == "`--version`" }
        }
        let path = path
        subcommands = (json["subcommands"]?.array ?? [])
            .filter { $0["shouldDisplay"]?.bool == true && $0["commandName"]?.string != "help" }
            .map { CommandDescription($0, below: path) }
    }

    /// `fallom session [options] <id>`.
    var synopsis: String {
        let positional = arguments.filter(\.isPositional).map { argument in
            let term = "<\(argument.valueName)>" + (argument.isRepeating ? " ..." : "")
            return argument.isOptional ? "[\(term)]" : term
        }
        let hasOptions = arguments.contains { !$0.isPositional }
        let subcommand = subcommands.isEmpty ? [] : ["<command>"]
        return (["`\(path)`"] + (hasOptions ? ["[options]"] : []) + subcommand + positional).joined(separator: " ")
    }
}

extension CommandDescription.Argument {
    fileprivate init(_ json: JSONValue) {
        isPositional = json["kind"]?.string == "positional"
        isOptional = json["isOptional"]?.bool ?? false
        isRepeating = json["isRepeating"]?.bool ?? false
        valueName = json["valueName"]?.string ?? ""
        let names = (json["names"]?.array ?? []).map { name in
            (name["kind"]?.string == "long" ? "--" : "-") + (name["name"]?.string ?? "")
        }
        let value = json["kind"]?.string == "option" ? " <\(valueName)>" : ""
        term = isPositional ? "<\(valueName)>" : names.map { "`\($0)`" }.joined(separator: ", ") + value
        about = json["abstract"]?.string ?? ""
        if let values = json["allValues"]?.array, !values.isEmpty {
            about += " One of " + values.compactMap(\.string).joined(separator: ", ") + "."
        }
        if let standard = json["defaultValue"]?.string { about += " (default: \(standard))" }
    }
}
