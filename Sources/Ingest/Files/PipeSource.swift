internal import SystemCalls

/// A pipe, a FIFO or standard input: read as it comes, on threads that may block.
final class PipeSource: ByteSource {
    private let descriptor: Descriptor
    private let path: String
    private let wake: WakePipe

    /// Takes what is open already.
    init(_ descriptor: Descriptor, path: String) throws(IngestError) {
        do throws(SystemError) {
            wake = try WakePipe()
        } catch {
            throw .system("a pipe cannot be made", error)
        }
        self.descriptor = descriptor
        self.path = path
    }

    /// Standard input.
    static func standardInput() throws(IngestError) -> PipeSource {
        try PipeSource(.standardInput, path: "standard input")
    }

    /// What there is, up to `count` bytes; waits for some. None at the end, and when the task is cancelled.
    func read(_ count: Int, at offset: Int64) async throws(IngestError) -> [UInt8] {
        let result: Result<[UInt8], SystemError> = await withTaskCancellationHandler {
            do throws(SystemError) {
                return try await BlockingThread.run { self.readNow(count) }
            } catch {
                return .failure(error)
            }
        } onCancel: {
            wake.wake()
        }
        return try result.mapError { IngestError.unreadable(path: path, why: $0.description) }.get()
    }

    private func readNow(_ count: Int) -> Result<[UInt8], SystemError> {
        while true {
            do throws(SystemError) {
                let ready = try Descriptor.waitForInput([descriptor, wake.readEnd])
                return .success(ready[1] ? [] : try descriptor.read(upTo: count))
            } catch {
                // Somebody else who reads the same pipe was faster.
                guard error.wouldBlock else { return .failure(error) }
            }
        }
    }
}
