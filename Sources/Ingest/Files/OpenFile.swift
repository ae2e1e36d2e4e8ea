internal import NIOPosix
internal import SystemCalls

/// Something that gives bytes.
protocol ByteSource: Sendable {
    /// Up to `count` bytes; none when there are no more. A pipe ignores the offset.
    func read(_ count: Int, at offset: Int64) async throws(IngestError) -> [UInt8]
}

/// An open file, closed when nobody reads it any more. Reading happens on threads that may block.
struct OpenFile: ByteSource {
    let descriptor: Descriptor
    let path: String

    init(path: String) throws(IngestError) {
        self.path = path
        do throws(SystemError) {
            descriptor = try Descriptor.open(path, for: .reading)
        } catch {
            // What is the matter with the process, or the machine, is no fault of the file.
            throw error.isShortage
                ? .system("\(path) cannot be opened", error) : .unreadable(path: path, why: error.description)
        }
    }

    /// What the system says about it.
    var facts: FileFacts? { try? descriptor.facts() }

    /// Up to `count` bytes from `offset`; fewer only at the end.
    func read(_ count: Int, at offset: Int64) async throws(IngestError) -> [UInt8] {
        let result = try? await NIOThreadPool.singleton.runIfActive { readNow(count, at: offset) }
        return try (result ?? .failure(.unreadable(path: path, why: "the reading threads have ended"))).get()
    }

    /// Up to `count` bytes from `offset`, on this thread.
    func readNow(_ count: Int, at offset: Int64) -> Result<[UInt8], IngestError> {
        do throws(SystemError) {
            return .success(try descriptor.read(count, at: offset))
        } catch {
            return .failure(.unreadable(path: path, why: error.description))
        }
    }
}
