import OrderedJSON
import Prompts
import SystemCalls
public import WorkspaceModel

extension WorkspaceFolder {
    /// Saves variables to try a prompt with (`prompts/<key>/samples.json`), in the place of those of the same name.
    public func saveSample(_ sample: PromptSample) throws(WorkspaceError) {
        let lock = try WriteLock(root: layout.root)
        let folder = try layout.files.folder(try layout.folder(.prompt, key: sample.key))
        let all = try savedSamples(in: folder.path).setting(sample.name, sample.variables.record)
        try folder.replace(all.prettyBytes + [UInt8(ascii: "\n")], name: PromptSample.fileName)
        _ = consume lock
    }

    private func savedSamples(in folder: String) throws(WorkspaceError) -> JSONValue {
        let path = "\(folder)/\(PromptSample.fileName)"
        guard FileFacts(at: path) != nil else { return .object([JSONMember]()) }
        do throws(FileFault) {
            return .object(try layout.files.json(path).object ?? [])
        } catch {
            throw .invalid(error.problem.description)
        }
    }
}

extension PromptSample {
    static let fileName = "samples.json"

    /// The samples of a prompt as its file has them.
    static func all(ofPrompt key: String, record: JSONValue) -> [PromptSample] {
        (record.object ?? []).map { PromptSample(key: key, name: $0.name, variables: PromptVariables(json: $0.value)) }
    }
}

extension PromptVariables {
    /// The variables as a JSON object.
    fileprivate var record: JSONValue { .object(entries.map { JSONMember($0.name, $0.value) }) }
}
