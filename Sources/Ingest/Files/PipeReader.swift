internal import SpanCodec
internal import TraceModel

/// Reads a pipe or standard input to its end.
struct PipeReader: Sendable {
    let path: String
    let source: IngestSource
    let options: FileOptions
    let writer: BatchWriter
    let counters: IngestCounters
    let decoder: LineDecoder

    /// Reads until the other side closes, or the task is cancelled.
    func run() async throws(IngestError) {
        let pipe = try openPipe()
        let reader = BlockReader(pipe, lineLimit: options.lineLimit)
        counters.update(source) { $0.state = .following }
        do {
            while !Task.isCancelled {
                switch try await reader.next(options.firstBlock) {
                case .lines(let output): await take(output, reader)
                case .end:
                    await take(try reader.finish(), reader)
                    return
                }
            }
        } catch let error as IngestError {
            throw error
        } catch {
            throw .unreadable(path: path, why: "\(error)")
        }
    }

    private func openPipe() throws(IngestError) -> PipeSource {
        path == "-" ? try .standardInput() : try PipeSource(OpenFile(path: path).descriptor, path: path)
    }

    private func take(_ output: LineAssembler.Output, _ reader: BlockReader) async {
        if let overlong = output.overlong {
            let rejected = decoder.overlong(overlong, path: path)
            counters.rejected(by: .tooLong, of: source, because: rejected.description)
        }
        counters.update(source) { $0.bytes = reader.offset }
        guard let block = output.block else { return }
        let decoded = decoder.decode(block, path: path)
        counters.update(source) { $0.take(decoded) }
        let batch = IngestBatch(decoded.batch)
        guard !batch.isEmpty else { return }
        let count = batch.recordCount
        do {
            try await writer.write(batch, from: source) { [counters, source] result in
                guard case .failure(let refusal) = result else { return }
                counters.dropped(count, by: .storeFailed, of: source, because: refusal.words)
            }
        } catch {
            counters.dropped(count, by: .storeFailed, of: source, because: error.words)
        }
    }
}

extension SourceHealth {
    /// Counts what a block of lines held.
    mutating func take(_ decoded: LineDecoder.Output) {
        received += decoded.batch.recordCount
        pass(over: decoded.batch.passedOver)
        guard let last = decoded.rejected.last else { return }
        if decoded.overlong > 0 { rejected[.tooLong, default: 0] += decoded.overlong }
        let others = decoded.rejected.count - decoded.overlong
        if others > 0 { rejected[.undecodable, default: 0] += others }
        lastError = last.description
    }
}
