public import OrderedJSON

/// What a catalog keeps the versions of.
public protocol VersionedRecord: Sendable {
    /// The record's key.
    var key: String { get }
    /// Its version.
    var version: Int { get }

    /// Reads a record as the API and the files of a workspace have it.
    init(record: JSONValue) throws(ConfigRecordError)
}

/// Versions of records by key, one of them current: what the published SDKs cache and a workspace serves.
public struct VersionCatalog<Record: Sendable>: Sendable {
    /// One key's versions.
    public struct Versions: Sendable {
        /// The key.
        public let key: String
        /// The records by version.
        public fileprivate(set) var records: [Int: Record]
        /// The current version; `nil` when only pinned versions were fetched.
        public fileprivate(set) var currentVersion: Int?

        /// The current record; `nil` when there is none.
        public var current: Record? { currentVersion.flatMap { records[$0] } }
        /// The versions in ascending order.
        public var ascending: [Int] { records.keys.sorted() }
    }

    private var entries: [UTF8Key: Versions] = [:]

    /// Makes a catalog that is empty.
    public init() {}

    /// The keys, sorted by UTF-8.
    public var keys: [String] { entries.keys.sorted().map(\.text) }
    /// Whether there is no key.
    public var isEmpty: Bool { entries.isEmpty }

    /// One key's versions; `nil` when the key is unknown.
    public subscript(key: String) -> Versions? { entries[UTF8Key(key)] }

    /// Adds or replaces a version. In a list from the API the last record of a key is its current one (docs/assignment.md §3), so
    /// adding makes it current unless `isCurrent` is `false`, as for a version fetched because it was pinned.
    public mutating func add(_ record: Record, key: String, version: Int, isCurrent: Bool = true) {
        let empty = Versions(key: key, records: [:], currentVersion: nil)
        let update = { (versions: inout Versions) in
            versions.records[version] = record
            if isCurrent { versions.currentVersion = version }
        }
        update(&entries[UTF8Key(key), default: empty])
    }

    /// Forgets a key.
    public mutating func remove(key: String) {
        entries[UTF8Key(key)] = nil
    }
}

extension VersionCatalog where Record: VersionedRecord {
    /// Adds or replaces a version of the record's own key.
    public mutating func add(_ record: Record, isCurrent: Bool = true) {
        add(record, key: record.key, version: record.version, isCurrent: isCurrent)
    }
}

extension VersionCatalog where Record == ModelConfig {
    /// The config to evaluate.
    ///
    /// - Parameter version: a pinned version, 0 included; `nil` for the current one.
    /// - Throws: ``AssignmentError/configNotFound(key:)``, ``AssignmentError/versionNotFound(key:version:)`` or
    ///   ``AssignmentError/noCachedVersion(key:)``.
    public func config(key: String, version: Int? = nil) throws(AssignmentError) -> ModelConfig {
        guard let versions = self[key] else { throw .configNotFound(key: key) }
        if let version {
            guard let config = versions.records[version] else { throw .versionNotFound(key: key, version: version) }
            return config
        }
        guard let config = versions.current else { throw .noCachedVersion(key: key) }
        return config
    }
}
