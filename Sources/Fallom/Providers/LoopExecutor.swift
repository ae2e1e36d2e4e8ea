#if AsyncHTTPClient
package import AsyncHTTPClient
import NIOCore

/// Runs tasks on an event loop.
///
/// AsyncHTTPClient drops the bytes of an answer that came before a connection broke unless somebody had asked for them by
/// then. Whoever reads on the connection's own loop has always asked; on another loop nearly always: no task of the app is
/// in the way, however busy it is.
package final class LoopExecutor: TaskExecutor {
    let loop: any EventLoop

    private init(_ loop: any EventLoop) { self.loop = loop }

    /// The loop that runs the caller, else another of the shared ones. These live as long as the process, so that what
    /// was begun on one is never left lying.
    package static func any() -> LoopExecutor { LoopExecutor(HTTPClient.defaultEventLoopGroup.any()) }

    /// The loop of the SDK's own connections.
    static let shared = LoopExecutor.any()

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

extension ReadAhead<ByteBuffer> {
    /// What a megabyte of an answer in usual pieces takes may wait for the app.
    private static var bytes: Int { 1 << 20 }

    /// Reads an answer's body as it comes.
    package convenience init(
        _ body: HTTPClientResponse.Body, idle: Duration? = nil, on executor: LoopExecutor, time: TimeSource = .system
    ) {
        self.init(
            body, room: Self.bytes, weight: { $0.readableBytes + 64 }, idle: idle, on: executor, time: time)
    }
}
#endif
