public import SpanCodec

/// Sends every record as one datagram to a listener on this machine (design §3.1): the console, or `fallom serve`.
///
/// A record longer than a datagram goes through a file in a private folder that both sides know (`SpillEnvelope`).
/// UDP promises nothing: with no listener the datagrams are lost, and the app does not notice.
///
/// Datagrams are sent in batches by one serial dispatch queue; the caller's part is one append under a lock.
public final class UDPExporter: RecordExporter {
    /// How a ``UDPExporter`` works.
    public struct Options: Hashable, Sendable {
        /// Records that may wait; the newest is dropped when there are that many. About 2 KB of memory each.
        public var queueCapacity: Int
        /// The folder for records that fit no datagram; `nil` for the one both sides agree on
        /// (`SpillEnvelope.folder(runtimeDirectory:userID:)`).
        public var spillFolder: String?
        /// The socket's send buffer in bytes.
        public var sendBufferBytes: Int32

        /// Makes options.
        public init(queueCapacity: Int = 16_384, spillFolder: String? = nil, sendBufferBytes: Int32 = 4 << 20) {
            self.queueCapacity = queueCapacity
            self.spillFolder = spillFolder
            self.sendBufferBytes = sendBufferBytes
        }
    }

    private let queue: ExportQueue<UDPWriter>

    /// Opens a socket towards a loopback address: `127.0.0.0/8`, `::1` or `localhost`.
    ///
    /// - Throws: ``LocalExportError`` when the address is none of this machine's or the system gives no socket.
    public init(host: String, port: Int, options: Options = Options()) throws(LocalExportError) {
        let socket = try DatagramSocket(host: host, port: port, sendBufferBytes: options.sendBufferBytes)
        let writer = UDPWriter(socket: socket, spill: SpillFolder(path: options.spillFolder))
        self.queue = ExportQueue(label: "fallom.udp", capacity: options.queueCapacity, writer: writer)
    }

    /// Queues a record; drops and counts it when the queue is full.
    public func export(_ record: FallomRecord) { queue.add(record) }

    /// Returns when every record queued before the call was handed to the system or counted as dropped.
    public func flush() async { await queue.flush() }

    /// Takes no more records, sends those queued, closes the socket.
    public func shutdown() async { await queue.shutdown() }

    /// What happened so far.
    public var counters: ExportCounters { queue.counters }
}
