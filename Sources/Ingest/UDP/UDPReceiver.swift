internal import CSockets
internal import Glibc
internal import SpanCodec
internal import SystemCalls
internal import TraceModel

/// The UDP listener: one datagram is one Fallom record (docs/wire.md).
///
/// A thread of its own does nothing but empty the socket, 64 datagrams a call, into a bounded queue; a task decodes and
/// hands to the writer. So a slow disk fills the queue, not the kernel's small buffer.
struct UDPReceiver: Sendable {
    let options: UDPOptions
    let writer: BatchWriter
    let counters: IngestCounters
    let decoder: SpanDecoder

    /// Listens until the task is cancelled; what was received is decoded and queued. Throws when the address cannot be
    /// used.
    func run(onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }) async throws(IngestError) {
        let socket = try ListeningSocket(options)
        let wake: WakePipe
        do throws(SystemError) {
            wake = try WakePipe()
        } catch {
            throw .system("a pipe cannot be made", error)
        }
        let spill = SpillReader(folder: options.spillFolder)
        spill.prepare()
        counters.update(.udp) {
            $0.state = .listening(address: SocketPlace(host: options.host, port: socket.port).description)
            $0.receiveBuffer = socket.receiveBuffer
        }
        onListening(socket.port)
        let queue = DatagramQueue(limit: options.queueBytes)
        let result = await withTaskCancellationHandler {
            // An unstructured task, so that what was received is not lost when we are cancelled.
            let decoding = Task { await decode(from: queue, spill) }
            let result = await receive(from: socket, wake, into: queue)
            queue.finish()
            await decoding.value
            return result
        } onCancel: {
            wake.wake()
        }
        try result.get()
    }

    private func receive(
        from socket: ListeningSocket, _ wake: WakePipe, into queue: DatagramQueue
    ) async -> Result<Void, IngestError> {
        let counters = counters
        do throws(SystemError) {
            let error = try await BlockingThread.run {
                var loop = DatagramLoop(socket: socket, wake: wake, queue: queue, counters: counters)
                return loop.run()
            }
            return error.map { .failure($0) } ?? .success(())
        } catch {
            return .failure(.system("a thread cannot be started", error))
        }
    }

    private func decode(from queue: DatagramQueue, _ spill: SpillReader) async {
        await take(spill.leftOvers(), spill)
        while let chunks = await queue.take(most: 1 << 20) {
            var records = Records()
            for chunk in chunks {
                var next = 0
                while next < chunk.ends.count {
                    next = decode(chunk, from: next, spill, into: &records)
                    guard records.spilledBytes >= Self.mostSpilled else { continue }
                    await take(records, spill)
                    records = Records()
                }
            }
            await take(records, spill)
        }
    }

    /// So many bytes of spilled files are read before what was decoded goes on: a small datagram may stand for a large file.
    private static let mostSpilled = 16 << 20

    /// What some datagrams held.
    struct Records {
        var batch = DecodedBatch()
        var spilled: [SpillEnvelope] = []
        var spilledBytes = 0
    }

    /// Decodes the datagrams of a chunk from one on, until many bytes of spilled files were read; which one is next.
    private func decode(
        _ chunk: DatagramChunk, from first: Int, _ spill: SpillReader, into records: inout Records
    ) -> Int {
        chunk.bytes.withUnsafeBytes { bytes in
            var index = first
            while index < chunk.ends.count, records.spilledBytes < Self.mostSpilled {
                let (end, isCut) = chunk.ends[index]
                let start = index == 0 ? 0 : chunk.ends[index - 1].end
                index += 1
                if isCut {
                    counters.rejected(by: .cutDatagram, of: .udp, because: "a datagram was longer than 65,535 bytes")
                } else {
                    decode(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), spill, into: &records)
                }
            }
            return index
        }
    }

    private func decode(_ datagram: UnsafeRawBufferPointer, _ spill: SpillReader, into records: inout Records) {
        switch SpillEnvelope.read(datagram) {
        case .other: decoder.decodeLine(datagram, into: &records.batch)
        case .malformed: counters.rejected(by: .spill, of: .udp, because: "a spill datagram names no spill file")
        case .spilled(let envelope):
            do throws(SpillReader.Failure) {
                let bytes = try spill.read(envelope)
                records.spilledBytes += bytes.count
                decode(spilled: bytes, into: &records.batch)
                records.spilled.append(envelope)
            } catch {
                counters.rejected(by: .spill, of: .udp, because: error.reason)
            }
        }
    }

    private func decode(spilled bytes: [UInt8], into batch: inout DecodedBatch) {
        bytes.withUnsafeBytes { bytes in
            for line in bytes.split(separator: 0x0A) {
                decoder.decodeLine(UnsafeRawBufferPointer(rebasing: line), into: &batch)
            }
        }
    }

    /// Reads spill files whose datagrams were lost with a receiver that ended.
    private func take(_ leftOvers: [SpillEnvelope], _ spill: SpillReader) async {
        for envelope in leftOvers {
            var records = Records()
            guard let bytes = try? spill.read(envelope) else { continue }
            decode(spilled: bytes, into: &records.batch)
            records.spilled = [envelope]
            await take(records, spill)
        }
    }

    private func take(_ records: Records, _ spill: SpillReader) async {
        let batch = IngestBatch(records.batch)
        if let first = records.batch.rejected.first {
            counters.rejected(records.batch.rejected.count, by: .undecodable, of: .udp, because: first.words)
        }
        guard !batch.isEmpty else {
            spill.remove(records.spilled)
            return
        }
        let count = batch.recordCount
        counters.update(.udp) { $0.received += count }
        let spilled = records.spilled
        do {
            // Waiting for room here lets the datagram queue fill; it is the one that drops, and counts.
            try await writer.write(batch, from: .udp) { [counters] result in
                switch result {
                case .success: spill.remove(spilled)
                case .failure(let refusal):
                    counters.dropped(count, by: .storeFailed, of: .udp, because: refusal.words)
                }
            }
        } catch {
            counters.dropped(count, by: .storeFailed, of: .udp, because: error.words)
        }
    }
}

/// The receiving thread's loop.
private struct DatagramLoop: ~Copyable {
    private static let slotSize = 65_536
    private static let slotCount = 64

    private let socket: ListeningSocket
    private let wake: WakePipe
    private let queue: DatagramQueue
    private let counters: IngestCounters
    private let slots: UnsafeMutablePointer<UInt8>
    private let datagrams: UnsafeMutablePointer<fallom_datagram>
    private var kernelDrops: UInt32 = 0

    init(socket: ListeningSocket, wake: WakePipe, queue: DatagramQueue, counters: IngestCounters) {
        self.socket = socket
        self.wake = wake
        self.queue = queue
        self.counters = counters
        slots = .allocate(capacity: Self.slotSize * Self.slotCount)
        datagrams = .allocate(capacity: Self.slotCount)
        datagrams.initialize(repeating: fallom_datagram(), count: Self.slotCount)
    }

    deinit {
        slots.deallocate()
        datagrams.deallocate()
    }

    /// Receives until it is woken; an error when the socket breaks.
    mutating func run() -> IngestError? {
        while true {
            let count = fallom_receive_datagrams(
                socket.descriptor.number, slots, Self.slotSize, datagrams, UInt32(Self.slotCount), &kernelDrops)
            if count > 0 {
                take(Int(count))
                continue
            }
            let code = errno
            switch code {
            case EAGAIN, EWOULDBLOCK:
                guard waitForMore() else { return nil }
            // ECONNREFUSED is an answer to something else on this port; it says nothing about receiving.
            case EINTR, ECONNREFUSED: continue
            default: return .system("the UDP socket failed", code)
            }
        }
    }

    /// Waits for datagrams; `false` when it is time to end.
    private func waitForMore() -> Bool {
        (try? Descriptor.waitForInput([socket.descriptor, wake.readEnd])[1]) == false
    }

    private func take(_ count: Int) {
        var chunk = DatagramChunk()
        var total = 0
        for index in 0..<count { total += Int(datagrams[index].length) }
        chunk.bytes.reserveCapacity(total)
        chunk.ends.reserveCapacity(count)
        for index in 0..<count {
            let slot = UnsafeBufferPointer(start: slots + index * Self.slotSize, count: Int(datagrams[index].length))
            chunk.bytes.append(contentsOf: slot)
            chunk.ends.append((chunk.bytes.count, datagrams[index].truncated != 0))
        }
        let isTaken = queue.offer(chunk)
        let drops = max(socket.kernelDrops ?? 0, Int(kernelDrops))
        counters.update(.udp) {
            $0.bytes += Int64(total)
            $0.kernelDrops = drops
            if !isTaken {
                $0.dropped[.queueFull, default: 0] += count
                $0.lastError = "datagrams come faster than they can be stored; the queue is full"
            }
        }
    }
}
