internal import SystemCalls

/// Whose database a file is, by its first bytes and those of its log, read without SQLite: opening a database can change
/// its header, its log and its mode, and what is not ours is left as it is.
enum StoreHeader: Equatable {
    /// Nothing is there yet.
    case empty
    /// A database without a table: a store that was begun and not finished, or anybody's.
    case blank
    /// A store, of that format.
    case store(version: Int)
    /// A database of another program.
    case foreign
    /// No database at all, or one whose beginning is destroyed.
    case noDatabase

    /// Looks at the file at a path. What cannot be opened counts as nothing: whoever opens it learns why.
    init(at path: String) throws(SystemError) {
        guard let file = try? Descriptor.open(path, for: .reading) else {
            self = .empty
            return
        }
        let first = try file.read(Self.headLength, at: 0)
        let logged = Self.loggedHead(path + "-wal")
        guard !first.isEmpty else {
            self = logged.map(Self.init(head:)) ?? .empty
            return
        }
        self.init(head: first)
        // The tables of a store that ended before its log was moved are in the log alone.
        if self == .blank, let logged { self.init(head: logged) }
    }

    /// What the first bytes of the first page say.
    private init(head: [UInt8]) {
        guard head.count == Self.headLength, head.starts(with: Self.magic) else {
            self = .noDatabase
            return
        }
        let application = Int64(Self.number(head, at: 68))
        let hasTables = head[100] != Self.leafOfTable || head[103] != 0 || head[104] != 0
        if application == Schema.applicationID {
            self = .store(version: Int(Self.number(head, at: 60)))
        } else {
            self = application == 0 && !hasTables ? .blank : .foreign
        }
    }

    /// The header of the database, and that of the tree of its tables.
    private static let headLength = 108
    private static let magic = Array("SQLite format 3\0".utf8)
    private static let leafOfTable: UInt8 = 0x0D

    /// The beginning of the first page as the log's last commit left it; `nil` where the log says nothing of it.
    private static func loggedHead(_ path: String) -> [UInt8]? {
        guard FileFacts(at: path)?.kind == .file, let log = try? Descriptor.open(path, for: .reading),
            let header = try? log.read(32, at: 0), header.count == 32, number(header, at: 0) & ~1 == 0x377F_0682
        else { return nil }
        let frame = 24 + Int64(number(header, at: 8))
        guard (24 + 512...24 + 65536).contains(frame) else { return nil }
        var offset: Int64 = 32
        var (pending, committed): (Int64?, Int64?) = (nil, nil)
        while let head = try? log.read(24, at: offset), head.count == 24, head[8..<16] == header[16..<24] {
            if number(head, at: 0) == 1 { pending = offset + 24 }
            if number(head, at: 4) != 0 { committed = pending ?? committed }
            offset += frame
        }
        return committed.flatMap { try? log.read(headLength, at: $0) }
    }

    private static func number(_ bytes: [UInt8], at place: Int) -> UInt32 {
        bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
