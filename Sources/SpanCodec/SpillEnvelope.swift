/// What a datagram carries when its span does not fit into one (docs/wire.md): the random name of a file in a private
/// folder that both sides know, never a path.
///
/// The datagram is exactly `{"fallom_spill":"<32 lower-case hexadecimal digits>"}`. The file is
/// `<folder>/<name>.ndjson` and holds one or more Fallom records, one a line. The writer creates the folder with mode
/// 0700 and the file with mode 0600 (`O_CREAT | O_EXCL | O_NOFOLLOW`), closes it and then sends the datagram; the reader
/// checks the owner and that it is a plain file, reads it and unlinks it. A writer that cannot send unlinks it itself.
public struct SpillEnvelope: Hashable, Sendable {
    /// The file's name without its ending: 32 lower-case hexadecimal digits.
    public let name: String

    /// The ending of spill files.
    public static let fileExtension = ".ndjson"
    /// The permission bits of the folder.
    public static let folderMode: UInt32 = 0o700
    /// The permission bits of a file.
    public static let fileMode: UInt32 = 0o600
    /// The largest file a receiver reads, in bytes. A writer drops (and counts) what is larger.
    public static let sizeLimit = 64 << 20
    /// The largest UDP payload over IPv4, in bytes: what is longer must be spilled.
    public static let largestDatagram = 65_507

    private static let prefix = Array(#"{"fallom_spill":""#.utf8)
    private static let suffix = Array(#""}"#.utf8)
    private static let nameLength = 32

    /// Takes a name if it is 32 lower-case hexadecimal digits.
    public init?(name: String) {
        guard name.utf8.count == Self.nameLength, name.utf8.allSatisfy(Self.isLowerHex) else { return nil }
        self.name = name
    }

    /// Makes a name from 128 random bits.
    public init(randomBits high: UInt64, _ low: UInt64) {
        self.name = high.hexadecimal + low.hexadecimal
    }

    /// The folder both sides use when none is named: `$XDG_RUNTIME_DIR/fallom/spill` where that variable is an absolute
    /// path, else `/tmp/fallom-<user id>/spill`.
    public static func folder(runtimeDirectory: String?, userID: UInt32) -> String {
        guard var base = runtimeDirectory, base.utf8.first == UInt8(ascii: "/") else {
            return "/tmp/fallom-\(userID)/spill"
        }
        while base.utf8.count > 1, base.utf8.last == UInt8(ascii: "/") { base.removeLast() }
        return base + "/fallom/spill"
    }

    /// The file's name inside the folder.
    public var fileName: String { name + Self.fileExtension }

    /// The datagram's bytes.
    public func encoded() -> [UInt8] { Self.prefix + Array(name.utf8) + Self.suffix }

    /// What a datagram is, as far as spilling goes.
    public enum Reading: Hashable, Sendable {
        /// A span, or anything else: not for the spill reader.
        case other
        /// A spilled span.
        case spilled(SpillEnvelope)
        /// It looks like an envelope and is none: its name is not one.
        case malformed
    }

    /// Reads a datagram; one trailing newline is allowed.
    public static func read(_ datagram: some RandomAccessCollection<UInt8>) -> Reading {
        guard datagram.starts(with: prefix) else { return .other }
        var rest = datagram.dropFirst(prefix.count)
        if rest.last == UInt8(ascii: "\n") { rest = rest.dropLast() }
        let length = nameLength + suffix.count
        guard rest.count == length, rest.suffix(suffix.count).elementsEqual(suffix) else { return .malformed }
        guard let envelope = SpillEnvelope(name: String(decoding: rest.prefix(nameLength), as: UTF8.self)) else {
            return .malformed
        }
        return .spilled(envelope)
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
