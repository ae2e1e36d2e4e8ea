#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A pipe, a FIFO or standard input: read as it comes, on threads that may block.
final class PipeSource: ByteSource {
    private let descriptor: Int32
    private let path: String
    private let ownsDescriptor: Bool
    private let wake: WakePipe

    /// Takes an open descriptor; closes it at the end only if told to.
    init(descriptor: Int32, path: String, closesDescriptor: Bool) throws(IngestError) {
        wake = try WakePipe()
        self.descriptor = descriptor
        self.path = path
        self.ownsDescriptor = closesDescriptor
    }

    deinit {
        if ownsDescriptor { closeDescriptor(descriptor) }
        wake.close()
    }

    /// What there is, up to `count` bytes; waits for some. None at the end, and when the task is cancelled.
    func read(_ count: Int, at offset: Int64) async throws(IngestError) -> [UInt8] {
        let result: Result<Result<[UInt8], IngestError>, IngestError> = await withTaskCancellationHandler {
            do throws(IngestError) {
                return .success(try await BlockingThread.run { self.readNow(count) })
            } catch {
                return .failure(error)
            }
        } onCancel: {
            wake.wake()
        }
        return try result.get().get()
    }

    private func readNow(_ count: Int) -> Result<[UInt8], IngestError> {
        while true {
            var descriptors = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&descriptors, 2, -1) < 0, errno != EINTR {
                return .failure(.unreadable(path: path, why: systemWords(errno)))
            }
            guard descriptors[1].revents == 0 else { return .success([]) }
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = 0
                guard let base = buffer.baseAddress else { return }
                let got = readDescriptor(descriptor, base, count)
                if got < 0 { code = errno } else { filled = got }
            }
            switch code {
            case 0: return .success(bytes)
            case EINTR, EAGAIN, EWOULDBLOCK: continue
            default: return .failure(.unreadable(path: path, why: systemWords(code)))
            }
        }
    }
}
