public import SpanCodec

/// Sends every record as one datagram to a listener on this machine (docs/wire.md): the console, or `fallom serve`.
///
/// A record longer than a datagram goes through a file in a private folder that both sides know (`SpillEnvelope`).
/// UDP promises nothing. With no listener, or with one that reads more slowly than datagrams come, they are lost, and
/// nobody can know how many: what was handed to the system counts as ``ExportCounters/unacknowledged``.
///
/// Datagrams are sent in batches by one serial dispatch queue; the caller's part is one append under a lock.
public final class UDPExporter: RecordExporter {
    /// How a ``UDPExporter`` works.
    public struct Options: Hashable, Sendable {
        /// Records that may wait, whatever they weigh.
        public var queueCapacity: Int
        /// The memory that records may take while they wait. When it is used up, records of calls that have only started
        /// are given up first, then content, the oldest first, then the record that comes.
        public var queueBytes: Int
        /// The folder for records that fit no datagram; `nil` for the one both sides agree on
        /// (`SpillEnvelope.folder(runtimeDirectory:userID:)`).
        public var spillFolder: String?
        /// The socket's send buffer in bytes.
        public var sendBufferBytes: Int32

        /// Makes options.
        public init(
            queueCapacity: Int = .max, queueBytes: Int = 64 << 20, spillFolder: String? = nil,
            sendBufferBytes: Int32 = 4 << 20
        ) {
            self.queueCapacity = queueCapacity
            self.queueBytes = queueBytes
            self.spillFolder = spillFolder
            self.sendBufferBytes = sendBufferBytes
        }
    }

    private let queue: ExportQueue<UDPWriter>

    /// Opens a socket towards a loopback address: `127.0.0.0/8`, `::1` or `localhost`.
    ///
    /// - Throws: ``LocalExportError`` when the address is none of this machine's or the system gives no socket.
    public init(host: String, port: Int, options: Options = Options()) throws(LocalExportError) {
        let socket = try SendingSocket(host: host, port: port, sendBufferBytes: options.sendBufferBytes)
        let writer = UDPWriter(socket: socket, spill: SpillFolder(path: options.spillFolder))
        self.queue = ExportQueue(
            label: "fallom.udp", limits: RoomLimits(bytes: options.queueBytes, count: options.queueCapacity),
            writer: writer)
    }

    /// Queues a record; drops and counts it when there is no room.
    public func export(_ record: FallomRecord) { queue.add(record) }

    /// Returns when every record queued before the call was handed to the system or counted as dropped.
    public func flush() async { await queue.flush() }

    /// Takes no more records, sends those queued, closes the socket.
    public func shutdown() async { await queue.shutdown() }

    /// The same, for as long as `limit` allows; what is left then is counted as failed.
    public func shutdown(within limit: Duration) async { await queue.shutdown(within: limit) }

    /// What happened so far.
    public var counters: ExportCounters { queue.counters }
}
