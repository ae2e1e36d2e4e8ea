internal import SystemCalls

/// Batches on the disk, each a file, in the order in which they came: what was acknowledged while the server was away.
///
/// A file appears whole, under its name, after its bytes are on the disk (`fsync`); it goes when the server has it. Each
/// process has a folder of its own below the one that is named, the first that no other holds: what a process left that
/// was killed is found by the next.
struct Spool {
    /// The folder.
    let path: String
    /// How many bytes may lie in it.
    let limit: Int64
    private let lock: Descriptor
    private var files: [(name: String, size: Int64)] = []
    private var next = 1
    private(set) var bytes: Int64 = 0

    /// Opens a spool, with what lies in it.
    init(in folder: String, limit: Int64) throws(SystemError) {
        self.limit = limit
        var number = 0
        while true {
            let path = "\(folder)/\(number)"
            try Files.makeFolders(path)
            let lock = try Descriptor.open(path + "/lock", for: .updating)
            if try lock.tryLock() {
                self.path = path
                self.lock = lock
                break
            }
            number += 1
        }
        for name in try Files.names(in: path) ?? [] where name.hasSuffix(Self.ending) {
            guard let number = Int(name.dropLast(Self.ending.count)), number < .max else { continue }
            let size = FileFacts(at: "\(path)/\(name)")?.size ?? 0
            files.append((name, size))
            bytes += size
            next = max(next, number + 1)
        }
        files.sort { $0.name < $1.name }
    }

    private static let ending = ".batch"

    /// How many batches wait.
    var count: Int { files.count }

    /// Takes a batch; `false` when there is no room. It is on the disk when this returns.
    mutating func put(_ batch: [UInt8]) throws(SystemError) -> Bool {
        let size = Int64(batch.count)
        guard bytes + size <= limit else { return false }
        let digits = String(next)
        let name = String(repeating: "0", count: max(0, 16 - digits.count)) + digits + Self.ending
        // What a process left there that was killed.
        try Files.remove("\(path)/new")
        let file = try Descriptor.open("\(path)/new", for: .creating)
        try file.writeAll(batch)
        try file.sync()
        try Files.rename("\(path)/new", to: "\(path)/\(name)")
        Files.syncFolder(path)
        files.append((name, size))
        bytes += size
        next += 1
        return true
    }

    /// The oldest batches, in their order: at most so many, and so many bytes, but one in any case. Empty when none waits.
    ///
    /// What is no plain file of the size that was put is refused: nothing waits for a pipe that somebody laid there.
    ///
    /// - Throws: when the first cannot be read; of the others those are given that stand before one that cannot.
    func oldest(_ count: Int = 1, bytes most: Int64 = 0) throws(FileRefusal) -> [[UInt8]] {
        var batches: [[UInt8]] = []
        var size: Int64 = 0
        for file in files.prefix(max(1, count)) {
            size += file.size
            guard batches.isEmpty || size <= most else { break }
            do throws(FileRefusal) {
                batches.append(try PlainFile.read("\(path)/\(file.name)", limit: Int(clamping: file.size)))
            } catch {
                guard !batches.isEmpty else { throw error }
                break
            }
        }
        return batches
    }

    /// The oldest batches are where they belong.
    mutating func removeOldest(_ count: Int = 1) throws(SystemError) {
        for _ in 0..<count {
            guard let first = files.first else { return }
            _ = try Files.remove("\(path)/\(first.name)")
            bytes -= first.size
            files.removeFirst()
        }
    }

    /// The oldest batch cannot be taken by anybody: it is laid aside, under its name.
    mutating func setOldestAside() throws(SystemError) -> String? {
        guard let first = files.first else { return nil }
        let aside = "\(path)/\(first.name).refused"
        try Files.rename("\(path)/\(first.name)", to: aside)
        bytes -= first.size
        files.removeFirst()
        return aside
    }
}
