import ArgumentParser
import Cells
import Display
import SpanCodec
import TraceModel
import TraceStore

/// What of a damaged store could not be given, named at the end of a command that gave the rest.
struct LossReport {
    private var withoutBytes = 0
    private var named: [SpanKey] = []
    private var unread: Int?
    private var damage: String?
    private static let mostNamed = 20

    /// The payload, of the span's figures where its bytes are lost.
    mutating func filled(_ payload: StoredSpanPayload) -> StoredSpanPayload {
        guard payload.loss != nil else { return payload }
        withoutBytes += 1
        if named.count < Self.mostNamed { named.append(payload.stored.span.key) }
        return payload.filled
    }

    /// The rows themselves are damaged, or what leads through them.
    mutating func orderIsDamaged(_ error: StoreError) {
        damage = "\(error.path): \(error.message)"
    }

    /// How many spans the store counted that were not given.
    mutating func count(against store: any SpanStore, _ given: Int, isAll: Bool) async throws {
        guard isAll, let spans = try? await store.overview().spans else { return }
        unread = max(0, spans - given)
    }

    /// Says what is missing, and fails where anything is.
    func end() throws {
        guard withoutBytes > 0 || damage != nil else { return }
        if let damage {
            StandardError.line("\(damage): what can be read was given, the last of it in the order of arrival")
        }
        if let unread, unread > 0 { StandardError.line("\(Figure.count(unread)) spans cannot be read") }
        if withoutBytes > 0 {
            StandardError.line(
                "of \(Figure.count(withoutBytes)) spans the bytes are damaged: what was said in them is lost, their figures "
                    + "were given with the attribute fallom.loss")
            for key in named { StandardError.write("  \(harmlessText("\(key.traceID) \(key.spanID)"))\n") }
            let more = withoutBytes - named.count
            if more > 0 { StandardError.write("  … and \(Figure.count(more)) more\n") }
        }
        StandardError.write("  'fallom store salvage' writes a new store of what can be read.\n")
        throw ExitCode.failure
    }
}

extension StoredSpanPayload {
    /// The same, with bytes made of the span's figures where its own are lost.
    var filled: StoredSpanPayload {
        guard let loss else { return self }
        var filled = self
        filled.payload = SpanExport.figures(of: stored, loss: loss)
        return filled
    }
}
