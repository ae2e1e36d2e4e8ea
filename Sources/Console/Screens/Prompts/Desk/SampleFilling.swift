import Assignment
import OrderedJSON
import Prompts
import WorkspaceModel

/// The variables a prompt is tried with: a saved sample, or what was typed since.
struct SampleFilling: Sendable {
    /// One variable of a prompt, or one that it has no use for.
    struct Row: Hashable, Sendable {
        let name: String
        /// Its value as it is filled in; `nil` where there is none.
        let value: String?
        /// Whether the prompt has a placeholder for it.
        let isUsed: Bool
    }

    /// The sample it was taken from; `nil` for none.
    var name: String?
    var variables = PromptVariables()

    init(_ sample: PromptSample? = nil) {
        name = sample?.name
        variables = sample?.variables ?? PromptVariables()
    }

    /// The variables of a prompt in the order of its text, then those it has no use for.
    func rows(for names: [String]) -> [Row] {
        let used = Set(names.map(UTF8Key.init))
        return names.map { Row(name: $0, value: text(of: $0), isUsed: true) }
            + variables.entries.filter { !used.contains(UTF8Key($0.name)) }.map {
                Row(name: $0.name, value: text(of: $0.name), isUsed: false)
            }
    }

    /// A value as a person types it.
    func text(of name: String) -> String? {
        switch variables[name] {
        case nil, .null: nil
        case .string(let text)?: text
        case let value?: value.compactText
        }
    }

    /// Takes a typed value. It is text, unless there was a list, a number or the like and what is typed is JSON too.
    mutating func set(_ text: String, for name: String) {
        if let before = variables[name], before.string == nil, !before.isNull,
            let value = try? JSONValue(parsing: Array(text.utf8))
        {
            variables[name] = value
        } else {
            variables[name] = .string(text)
        }
    }

    mutating func remove(_ name: String) {
        variables = PromptVariables(
            variables.entries.filter { UTF8Key($0.name) != UTF8Key(name) }.map { ($0.name, $0.value) })
    }
}
