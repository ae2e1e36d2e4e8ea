import OrderedJSON
import SystemCalls
public import WorkspaceModel

extension WorkspaceFolder {
    /// Saves a sample context under its name, in the place of an earlier one.
    public func saveContext(_ context: SampleContext) throws(WorkspaceError) {
        let name = KeyEncoding.encode(context.name) + ".json"
        guard name.utf8.count <= 255 else { throw .keyTooLong(key: context.name) }
        let lock = try WriteLock(root: layout.root)
        let folder = try layout.files.folder(layout.contexts)
        try folder.replace(context.record.prettyBytes + [UInt8(ascii: "\n")], name: name)
        _ = consume lock
    }

    /// Removes a sample context; that there is none is no error.
    public func removeContext(name: String) throws(WorkspaceError) {
        let lock = try WriteLock(root: layout.root)
        for file in try layout.files.names(in: layout.contexts) ?? [] where file.hasSuffix(".json") {
            let decoded = KeyEncoding.decode(String(file.dropLast(5)))
            guard decoded?.utf8.elementsEqual(name.utf8) == true else { continue }
            try remove(file, in: layout.contexts)
        }
        _ = consume lock
    }

    /// Removes a file of a folder inside; that it is gone already is no failure.
    func remove(_ name: String, in folder: String) throws(WorkspaceError) {
        guard FileFacts(at: folder) != nil else { return }
        let path = "\(try layout.files.folder(folder).path)/\(name)"
        _ = try WorkspaceError.naming("remove", path) { () throws(SystemError) in try Files.remove(path) }
    }
}
