import Assignment
import OrderedJSON
import SystemCalls
import WorkspaceModel

/// A file that cannot be used.
struct FileFault: Error {
    let problem: WorkspaceProblem

    init(path: String, line: Int? = nil, column: Int? = nil, field: String? = nil, message: String) {
        self.problem = WorkspaceProblem(
            path: path, line: line, column: column, field: field, message: message, isSkipped: true)
    }

    /// What `body` makes of a record, a fault naming the file.
    static func naming<Result>(
        _ path: String, _ body: () throws(ConfigRecordError) -> Result
    ) throws(FileFault) -> Result {
        do throws(ConfigRecordError) {
            return try body()
        } catch {
            throw FileFault(path: path, field: error.path, message: error.message)
        }
    }
}

/// The files of versions.
extension WorkspaceFiles {
    /// The bytes of a file.
    func bytes(_ path: String) throws(FileFault) -> [UInt8] {
        do throws(WorkspaceError) {
            return try read(path)
        } catch {
            throw FileFault(path: path, message: String(error.description.dropFirst(path.count + 2)))
        }
    }

    /// A file as text, byte for byte.
    func text(_ path: String) throws(FileFault) -> String {
        let bytes = try bytes(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileFault(path: path, message: "is not UTF-8")
        }
        return text
    }

    /// A file as JSON.
    func json(_ path: String) throws(FileFault) -> JSONValue {
        let bytes = try bytes(path)
        do throws(JSONError) {
            return try JSONValue(parsing: bytes, allowsLoneSurrogates: true)
        } catch {
            throw FileFault(
                path: path, line: error.line, column: error.column, message: "is not JSON: \(error.reason)")
        }
    }

    /// The record of a version. Folder and file name decide on key and version: a record that has none gets them, one that
    /// says otherwise is corrected, which is reported.
    func record(
        _ path: String, key: String, version: Int, _ problems: inout [WorkspaceProblem]
    ) throws(FileFault) -> JSONValue {
        var record = try json(path)
        guard record.object != nil else { throw FileFault(path: path, message: "is not a JSON object") }
        func report(_ field: String, _ message: String) {
            problems.append(WorkspaceProblem(path: path, field: field, message: message, isSkipped: false))
        }
        let written = record["key"]
        if written?.string.map({ UTF8Key($0) == UTF8Key(key) }) != true {
            if written != nil { report("key", "is not the folder's; '\(key)' is used") }
            record = record.setting("key", .string(key))
        }
        let read = Result { () throws(ConfigRecordError) in try RecordVersion.read(record["version"]) }
        if (try? read.get()) != version {
            if let other = record["version"], !other.isNull {
                report("version", "\(other.compactText) is not the file's; \(version) is used")
            }
            record = record.setting("version", .number(version))
        }
        return record
    }

    /// What was noted of a prompt version; a file that cannot be read is reported, the version is served without a note.
    func note(_ path: String, _ problems: inout [WorkspaceProblem]) -> VersionNote? {
        guard FileFacts(at: path) != nil else { return nil }
        do throws(FileFault) {
            return VersionNote(record: try json(path))
        } catch {
            let fault = error.problem
            problems.append(
                WorkspaceProblem(
                    path: fault.path, line: fault.line, column: fault.column,
                    message: fault.message + "; the version is served without its note", isSkipped: false))
            return nil
        }
    }
}
