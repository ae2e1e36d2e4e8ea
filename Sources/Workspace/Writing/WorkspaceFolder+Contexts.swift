import OrderedJSON

extension WorkspaceFolder {
    /// Saves a sample context under its name, in the place of an earlier one.
    public func saveContext(_ context: NamedContext) throws(WorkspaceError) {
        let name = KeyEncoding.encode(context.name) + ".json"
        guard name.utf8.count <= 255 else { throw .keyTooLong(key: context.name) }
        let lock = try WriteLock(root: layout.root)
        try FileSystem.makeFolder(layout.contexts)
        AtomicWriter.sweep(layout.contexts)
        try AtomicWriter.replace(
            context.record.prettyBytes + [UInt8(ascii: "\n")], name: name, in: layout.contexts)
        _ = consume lock
    }

    /// Removes a sample context; that there is none is no error.
    public func removeContext(name: String) throws(WorkspaceError) {
        let lock = try WriteLock(root: layout.root)
        for file in try FileSystem.names(in: layout.contexts) ?? [] where file.hasSuffix(".json") {
            let decoded = KeyEncoding.decode(String(file.dropLast(5)))
            guard decoded?.utf8.elementsEqual(name.utf8) == true else { continue }
            try FileSystem.remove("\(layout.contexts)/\(file)")
        }
        _ = consume lock
    }
}
