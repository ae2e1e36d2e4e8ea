import OrderedJSON
import SpanCodec
import SystemCalls

/// Sends records as datagrams, many in one system call.
struct UDPWriter: RecordWriter {
    /// Datagrams in one system call, at most.
    private static let largestBatch = 64
    /// Bytes in one system call, at most: keeps what is copied and charged to the socket at once within reason.
    private static let batchBytes = 512 << 10

    private var socket: SendingSocket
    private let spill: SpillFolder
    private var bytes: [UInt8] = []
    private var lengths: [Int] = []
    private var writer = JSONWriter(reservingCapacity: 4096)

    init(socket: SendingSocket, spill: SpillFolder) {
        self.socket = socket
        self.spill = spill
    }

    mutating func write(_ records: [FallomRecord]) -> WriteOutcome {
        var outcome = WriteOutcome()
        for record in records {
            writer.removeAll()
            record.encode(into: &writer)
            let encoded = writer.bytes
            if encoded.count > SpillEnvelope.largestDatagram {
                sendBatch(&outcome)
                sendSpilled(encoded, &outcome)
                continue
            }
            if lengths.count == Self.largestBatch || bytes.count + encoded.count > Self.batchBytes {
                sendBatch(&outcome)
            }
            bytes.append(contentsOf: encoded)
            lengths.append(encoded.count)
        }
        sendBatch(&outcome)
        return outcome
    }

    mutating func close() { socket.close() }

    /// Sends what is gathered. An error that an earlier datagram caused, or a full buffer, is waited out once or twice;
    /// one that stays costs the datagram at which it happens.
    private mutating func sendBatch(_ outcome: inout WriteOutcome) {
        var tries = 0
        while !lengths.isEmpty {
            let (sent, error) = socket.send(bytes, lengths: lengths)
            outcome.delivered += sent
            outcome.unacknowledged += sent
            removeFirst(sent)
            if sent > 0 { tries = 0 }
            guard let error else { continue }
            if error.isRefused { outcome.unheard += 1 }
            tries += 1
            if tries <= 2 {
                if error.wouldBlock || error.hasNoBuffers { socket.waitUntilWritable() }
                continue
            }
            outcome.failed += 1
            outcome.failure = "a datagram could not be sent: \(error)"
            removeFirst(1)
            tries = 0
        }
    }

    private mutating func removeFirst(_ count: Int) {
        if count == lengths.count {
            lengths.removeAll(keepingCapacity: true)
            bytes.removeAll(keepingCapacity: true)
            return
        }
        let length = lengths.prefix(count).reduce(0, +)
        lengths.removeFirst(count)
        bytes.removeFirst(length)
    }

    private mutating func sendSpilled(_ encoded: [UInt8], _ outcome: inout WriteOutcome) {
        guard encoded.count <= SpillEnvelope.sizeLimit else {
            outcome.tooLarge += 1
            outcome.failure = "a span of \(encoded.count) bytes is over the limit of \(SpillEnvelope.sizeLimit)"
            return
        }
        let envelope: SpillEnvelope
        do {
            envelope = try spill.write(encoded)
        } catch {
            outcome.failed += 1
            outcome.failure = error.description
            return
        }
        _ = socket.takePendingError()
        let datagram = envelope.encoded()
        var (sent, error) = socket.send(datagram, lengths: [datagram.count])
        if sent == 0 { (sent, error) = socket.send(datagram, lengths: [datagram.count]) }
        // On loopback the refusal of a datagram is known as soon as it is sent: nobody would ever read the file.
        if sent == 1, socket.takePendingError().isRefused {
            outcome.unheard += 1
            spill.remove(envelope)
        }
        if sent == 1 {
            outcome.delivered += 1
            outcome.unacknowledged += 1
            outcome.spilled += 1
        } else {
            spill.remove(envelope)
            outcome.failed += 1
            outcome.failure =
                "a spilled span could not be announced: \(error.map(String.init(describing:)) ?? "unknown error")"
        }
    }
}
