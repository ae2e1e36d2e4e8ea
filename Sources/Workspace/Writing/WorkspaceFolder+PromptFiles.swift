import Assignment
import Prompts
public import WorkspaceModel

extension WorkspaceFolder {
    /// Takes over a folder of prompt files, each as a new version of its key: `NAME.system.EXT` and `NAME.user.EXT` are the
    /// two parts of the prompt `NAME`, any other `NAME.EXT` is its system part (EXT: `txt`, `md` or `prompt`).
    ///
    /// A prompt whose current version has the same texts is left as it is.
    ///
    /// - Parameters:
    ///   - path: the folder; folders inside it are not looked into.
    ///   - note: what is noted of every version made.
    /// - Returns: what was created, what was unchanged, and files that cannot be used.
    public func importPrompts(fromFolder path: String, note: VersionNote) throws(WorkspaceError) -> RecordImport {
        let files = WorkspaceFiles(root: path)
        guard let names = try files.names(in: path) else {
            throw .invalid("\(path): there is no such folder.")
        }
        var report = RecordImport()
        var parts: [(key: String, system: String, user: String)] = []
        for name in names where !name.hasPrefix(".") {
            guard let place = PromptFileName(name) else { continue }
            do throws(FileFault) {
                let text = try files.text("\(path)/\(name)")
                let index = parts.firstIndex { $0.key.utf8.elementsEqual(place.key.utf8) } ?? parts.count
                if index == parts.count { parts.append((place.key, "", "")) }
                if place.isUser { parts[index].user = text } else { parts[index].system = text }
            } catch {
                report.reject(path: error.problem.path, message: error.problem.message)
            }
        }
        let prompts = load().prompts
        for part in parts {
            let kind = RecordKind.prompt.inWords
            let new = PromptRecord(key: part.key, version: 1, systemPrompt: part.system, userTemplate: part.user)
            if let current = prompts[part.key]?.current, current.hasSameTexts(as: new) {
                report.unchanged.append(.init(kind: kind, key: part.key, version: current.version))
                continue
            }
            let saved = try savePrompt(
                key: part.key, system: part.system, user: part.user, note: note, makesCurrent: true)
            report.created.append(.init(kind: kind, key: part.key, version: saved.version))
        }
        return report
    }
}

/// The name of a prompt file, taken apart.
private struct PromptFileName {
    let key: String
    let isUser: Bool

    /// `nil` when the name is none of a prompt file.
    init?(_ name: String) {
        guard let ending = [".txt", ".md", ".prompt"].first(where: name.hasSuffix) else { return nil }
        let base = name.dropLast(ending.count)
        let part = [".system", ".user"].first(where: base.hasSuffix) ?? ""
        key = String(base.dropLast(part.count))
        isUser = part == ".user"
        if key.isEmpty { return nil }
    }
}

extension PromptRecord {
    fileprivate func hasSameTexts(as other: PromptRecord) -> Bool {
        systemPrompt.utf8.elementsEqual(other.systemPrompt.utf8)
            && userTemplate.utf8.elementsEqual(other.userTemplate.utf8)
    }
}
