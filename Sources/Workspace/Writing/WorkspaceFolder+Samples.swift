import OrderedJSON
public import Prompts
import SystemCalls

/// Variables to try a prompt with, saved under a name (`prompts/<key>/samples.json`).
public struct VariableSample: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The variables.
    public var variables: PromptVariables

    /// Makes a sample.
    public init(name: String, variables: PromptVariables) {
        self.name = name
        self.variables = variables
    }
}

extension WorkspaceFolder {
    /// A prompt's saved samples in their order.
    ///
    /// - Throws: ``WorkspaceError`` when the file is there and cannot be read.
    public func samples(ofPrompt key: String) throws(WorkspaceError) -> [VariableSample] {
        let path = "\(try layout.folder(.prompt, key: key))/samples.json"
        guard FileFacts(at: path) != nil else { return [] }
        do throws(FileFault) {
            let members = try layout.files.json(path).object ?? []
            return members.map { VariableSample(name: $0.name, variables: PromptVariables(json: $0.value)) }
        } catch {
            throw .invalid(error.problem.description)
        }
    }

    /// Saves a sample, in the place of one of the same name.
    public func saveSample(_ sample: VariableSample, ofPrompt key: String) throws(WorkspaceError) {
        let lock = try WriteLock(root: layout.root)
        let folder = try layout.files.folder(try layout.folder(.prompt, key: key))
        let others = try samples(ofPrompt: key).map { JSONMember($0.name, $0.variables.record) }
        let all = JSONValue.object(others).setting(sample.name, sample.variables.record)
        try folder.replace(all.prettyBytes + [UInt8(ascii: "\n")], name: "samples.json")
        _ = consume lock
    }
}

extension PromptVariables {
    /// The variables as a JSON object.
    fileprivate var record: JSONValue { .object(entries.map { JSONMember($0.name, $0.value) }) }
}
