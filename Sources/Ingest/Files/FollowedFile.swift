internal import Synchronization
internal import SystemCalls

/// One file while it is followed. Belongs to the follower's task; only what is in ``failures`` is touched by others.
final class FollowedFile {
    /// The place to go back to after the store refused something.
    struct Place: Sendable {
        var offset: Int64
        var line: Int?
    }

    /// What of a file is in the sums over all files.
    struct Counted {
        var read: Int64 = 0
        var total: Int64 = 0
    }

    /// Remembers the earliest place whose spans were not stored, of what was read since the reading last went back.
    final class Failures: Sendable {
        let order = WriteOrder()
        private let place = Mutex<Place?>(nil)

        func note(_ failed: Place) {
            place.withLock { place in
                if let known = place, known.offset <= failed.offset { return }
                place = failed
            }
        }

        var isPending: Bool { place.withLock { $0 != nil } }

        func take() -> Place? {
            place.withLock { place in
                defer { place = nil }
                return place
            }
        }
    }

    let file: OpenFile
    let identity: FileIdentity
    let watch: Int32?
    private(set) var failures = Failures()
    private let lineLimit: Int
    private(set) var reader: BlockReader
    /// Its name is gone: it is read to its end, then let go.
    var isRetired = false
    /// Whether its writer has closed it since the last change, as far as we saw.
    var isClosedByWriter = false
    /// It cannot be read on: its compression is broken.
    var isBroken = false
    /// What ``FollowProgress`` has counted of it.
    var counted = Counted()
    private var head: [UInt8] = []

    private static let headSize = 256

    init(_ file: OpenFile, _ identity: FileIdentity, watch: Int32?, lineLimit: Int, from place: Place) {
        self.file = file
        self.identity = identity
        self.watch = watch
        self.lineLimit = lineLimit
        reader = BlockReader(file, lineLimit: lineLimit, offset: place.offset, line: place.line)
    }

    /// Goes back to a place, forgetting what was read behind it.
    func rewind(to place: Place) {
        let place = reader.isCompressed ? Place(offset: 0, line: 1) : place
        reader = BlockReader(file, lineLimit: lineLimit, offset: place.offset, line: place.line)
        head = []
        // What waits to be stored of what was read before is read again, or is gone.
        failures = Failures()
    }

    /// Whether the file is another one than it was, under the same inode: cut shorter, or cut and written anew. Called
    /// before reading on after a change.
    func wasReplaced() -> Bool {
        guard let facts = file.facts else { return false }
        if facts.size < reader.offset { return true }
        guard reader.offset > 0, case .success(let now) = file.readNow(Self.headSize, at: 0) else { return false }
        defer { head = now }
        return !now.starts(with: head)
    }

    /// Remembers how the file begins, so that ``wasReplaced()`` can tell.
    func rememberHead() {
        guard head.isEmpty, case .success(let bytes) = file.readNow(Self.headSize, at: 0) else { return }
        head = bytes
    }
}
