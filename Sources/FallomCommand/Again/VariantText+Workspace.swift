import Assignment
import Experiments
import Prompts
import Workspace
import WorkspaceModel

extension VariantText {
    /// Variants as they are typed on a command line, with the prompts of a workspace.
    init(access: WorkspaceAccess) {
        self.init { key, label throws(Mistake) in
            if label == "draft" { return try Self.draft(key, access) }
            guard label == nil || label.flatMap({ Int($0) }) != nil else {
                throw Mistake("'\(label ?? "")' is no version; \(key)@3, \(key)@draft, or \(key) for the current one")
            }
            do {
                return CallVariant.Prompt(try access.prompt(key, version: label.flatMap { Int($0) }))
            } catch {
                throw Mistake(CommandFailure(explaining: error).message)
            }
        }
    }

    /// The latest draft of a prompt, whoever writes it.
    private static func draft(_ key: String, _ access: WorkspaceAccess) throws(Mistake) -> CallVariant.Prompt {
        let drafts = (try? access.folder.drafts().map(\.draft)) ?? []
        let own = drafts.filter { $0.kind == .prompt && UTF8Key($0.key) == UTF8Key(key) }
        guard let draft = own.max(by: { $0.savedAt < $1.savedAt }) else {
            throw Mistake("there is no draft of the prompt '\(key)'; the console makes one when a prompt is edited")
        }
        return CallVariant.Prompt(
            key: key, label: "draft", system: draft[part: "system"] ?? "", user: draft[part: "user"] ?? "")
    }
}

extension VariantText.Mistake {
    /// The failure of a command that was given it.
    var failure: CommandFailure {
        .usage(
            description, hint: "A variant is \(VariantText.form), each part where it differs from the recorded call.")
    }
}
