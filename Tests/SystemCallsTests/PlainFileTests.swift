import Glibc
import SystemCalls
import Testing

/// A folder that goes with the test.
struct Scratch: ~Copyable {
    let path: String

    init() throws { path = try Files.makeTemporaryFolder("/tmp/fallom-system-") }

    deinit { try? Files.removeTree(path) }

    func write(_ name: String, _ text: String) throws {
        try Descriptor.open("\(path)/\(name)", for: .creating).writeAll(Array(text.utf8))
    }
}

@Suite(.timeLimit(.minutes(1))) struct PlainFileTests {
    @Test func `a plain file is read whole`() throws {
        let scratch = try Scratch()
        try scratch.write("a", String(repeating: "x", count: 200_000))
        #expect(try PlainFile.read("\(scratch.path)/a", limit: 1 << 20).count == 200_000)
    }

    @Test func `a file of the limit is read and one byte more is not`() throws {
        let scratch = try Scratch()
        try scratch.write("a", "12345")
        #expect(try PlainFile.read("\(scratch.path)/a", limit: 5) == Array("12345".utf8))
        #expect(throws: FileRefusal.tooLarge(limit: 4)) { try PlainFile.read("\(scratch.path)/a", limit: 4) }
    }

    /// A file of `/proc` says that its size is 0.
    @Test func `a file that says it is empty is bounded all the same`() throws {
        #expect(try PlainFile.read("/proc/self/status", limit: 1 << 20).count > 100)
        #expect(throws: FileRefusal.tooLarge(limit: 10)) { try PlainFile.read("/proc/self/status", limit: 10) }
    }

    @Test func `a sparse file is refused before it is read`() throws {
        let scratch = try Scratch()
        let file = try Descriptor.open("\(scratch.path)/a", for: .creating)
        try file.truncate(to: 3 << 30)
        #expect(throws: FileRefusal.tooLarge(limit: 1 << 20)) {
            try PlainFile.read("\(scratch.path)/a", limit: 1 << 20)
        }
    }

    @Test func `what could block is not opened`() throws {
        let scratch = try Scratch()
        #expect(mkfifo("\(scratch.path)/pipe", 0o600) == 0)
        #expect(throws: FileRefusal.kind(.pipe)) { try PlainFile.read("\(scratch.path)/pipe", limit: 10) }
        #expect(throws: FileRefusal.kind(.folder)) { try PlainFile.read(scratch.path, limit: 10) }
        #expect(throws: FileRefusal.kind(.device)) { try PlainFile.read("/dev/zero", limit: 10) }
    }

    @Test func `what is not there is missing`() {
        let refusal = #expect(throws: FileRefusal.self) { try PlainFile.read("/tmp/fallom-not-there", limit: 10) }
        #expect(refusal?.isMissing == true)
    }
}

@Suite struct EnclosureTests {
    private func place(_ scratch: borrowing Scratch) throws -> Enclosure {
        try Files.makeFolders("\(scratch.path)/in/deep")
        try scratch.write("secret", "s")
        try scratch.write("in/own", "o")
        return Enclosure("\(scratch.path)/in")
    }

    @Test(arguments: [
        ("/etc/passwd", false), ("../secret", false), ("../in/own", true), ("own", true), ("deep/../own", true),
        ("/proc/self/root/etc/passwd", false),
    ])
    func `a link leads inside or is refused`(_ target: String, _ isInside: Bool) throws {
        let scratch = try Scratch()
        let enclosure = try place(scratch)
        let path = "\(scratch.path)/in/link"
        #expect(symlink(target, path) == 0)
        if isInside {
            #expect(try PlainFile.read(path, limit: 10, within: enclosure) == Array("o".utf8))
        } else {
            #expect(throws: FileRefusal.outside(folder: enclosure.path)) {
                try PlainFile.read(path, limit: 1 << 20, within: enclosure)
            }
        }
    }

    @Test func `a link on the way is a link too`() throws {
        let scratch = try Scratch()
        let enclosure = try place(scratch)
        #expect(symlink("..", "\(scratch.path)/in/up") == 0)
        #expect(throws: FileRefusal.outside(folder: enclosure.path)) {
            try PlainFile.read("\(scratch.path)/in/up/secret", limit: 10, within: enclosure)
        }
        #expect(throws: FileRefusal.outside(folder: enclosure.path)) {
            try enclosure.names(in: "\(scratch.path)/in/up")
        }
        #expect(try enclosure.names(in: "\(scratch.path)/in") == ["deep", "own", "up"])
        #expect(try enclosure.names(in: "\(scratch.path)/in/none") == nil)
    }

    @Test func `a neighbour with a longer name is outside`() throws {
        let scratch = try Scratch()
        let enclosure = try place(scratch)
        try Files.makeFolders("\(scratch.path)/inn")
        #expect(enclosure.holds("\(scratch.path)/in/deep"))
        #expect(!enclosure.holds("\(scratch.path)/inn"))
    }

    @Test func `the folder itself may be a link`() throws {
        let scratch = try Scratch()
        _ = try place(scratch)
        #expect(symlink("in", "\(scratch.path)/alias") == 0)
        let enclosure = Enclosure("\(scratch.path)/alias")
        #expect(try PlainFile.read("\(scratch.path)/alias/own", limit: 10, within: enclosure) == Array("o".utf8))
    }
}
