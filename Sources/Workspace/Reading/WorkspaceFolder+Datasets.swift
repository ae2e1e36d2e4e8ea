import OrderedJSON
import SystemCalls

extension WorkspaceFolder {
    /// A data set (docs/files.md): the body that the SDKs' `GET /api/datasets/KEY` wants, of a version, else of the current
    /// one, else of the highest; `nil` when there is none.
    public func dataset(key: String, version: Int?, withEntries: Bool) throws(WorkspaceError) -> [UInt8]? {
        let files = layout.files
        let encoded = KeyEncoding.encode(key)
        guard encoded.utf8.count <= 255 else { throw .keyTooLong(key: key) }
        let folder = "\(layout.root)/datasets/\(encoded)"
        let versions = (try files.names(in: folder) ?? []).compactMap { name in
            name.hasSuffix(".json") ? Int(name.dropLast(5)) : nil
        }
        let current = version == nil ? try CurrentPointer.version(ofFolder: folder, of: files) : nil
        guard let wanted = version ?? current.flatMap({ versions.contains($0) ? $0 : nil }) ?? versions.max(),
            versions.contains(wanted)
        else { return nil }
        let path = "\(folder)/\(wanted).json"
        let bytes = try files.read(path)
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes, maxDepth: 128, allowsLoneSurrogates: true)
        } catch {
            throw .unusable(path: path, reason: "\(error)")
        }
        guard let members = json.object else {
            throw .unusable(path: path, reason: "a JSON object is needed")
        }
        return JSONValue.object(withEntries ? members : members.filter { $0.name != "entries" }).compactBytes
    }
}
