import OrderedJSON
import SpanCodec
import SystemCalls
import TraceModel

/// A judge that is a program: reads one JSON object a line, writes scores.
struct JudgeProgram: Sendable {
    let judge: String
    let arguments: [String]
    /// How long it may take in all.
    let patience: Duration

    /// The most bytes of what it writes.
    private static let mostOutput = 64 << 20

    /// What came of it.
    struct Outcome: Sendable {
        var scores: [Score] = []
        /// Lines that are no score, each with why.
        var refused: [String] = []
        /// What it ended with; 0 where all went well.
        var status: Int32 = 0
    }

    /// Has the items judged. What it writes before it fails counts.
    func judge(_ items: [JudgedItem], time: Timestamp) async throws -> Outcome {
        let lines = items.flatMap { $0.json.compactBytes + [UInt8(ascii: "\n")] }
        let (written, status) = try await run(on: lines)
        var outcome = Outcome(status: status)
        for (number, line) in written.split(separator: UInt8(ascii: "\n")).enumerated() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            read(Array(line), number, items, time, into: &outcome)
        }
        return outcome
    }

    private func run(on input: [UInt8]) async throws -> ([UInt8], Int32) {
        let (child, out, feeding) = try Self.fed(arguments, input)
        let watchdog = Task { [patience] in
            try? await Task.sleep(for: patience)
            if !Task.isCancelled { child.terminate() }
        }
        defer { watchdog.cancel() }
        let output = try await BlockingThread.run { (try? out.readToEnd(limit: Self.mostOutput)) ?? [] }
        await feeding.value
        let status = try await BlockingThread.run { (try? child.wait()) ?? 1 << 8 }
        return (output, ChildProcess.exitStatus(of: status))
    }

    /// Starts it and has it fed beside: a program may write before it has read all, and a full pipe would stop both. The end
    /// that feeds it is held by the feeding alone, so that it goes with it: then the program has read all there is.
    private static func fed(
        _ arguments: [String], _ bytes: [UInt8]
    ) throws -> (child: ChildProcess, output: Descriptor, feeding: Task<Void, Never>) {
        do throws(SystemError) {
            let input = try Descriptor.pipe()
            let output = try Descriptor.pipe()
            let child = try ChildProcess.start(
                arguments[0], arguments: arguments, input: input.reading, output: output.writing)
            let feeding = feed(input.writing, bytes)
            return (child, output.reading, feeding)
        } catch {
            throw CommandFailure("cannot start \(arguments[0]): \(error)", hint: "judges.yaml names it.")
        }
    }

    /// One that reads no further has its reasons: what it wrote counts all the same.
    private static func feed(_ end: Descriptor, _ bytes: [UInt8]) -> Task<Void, Never> {
        Task.detached { _ = try? await BlockingThread.run { _ = try? end.writeAll(bytes) } }
    }

    /// A line: a score as `POST /v1/scores` takes it, of the item it names, else of that which stands at its place; or a
    /// bare number or word.
    private func read(
        _ line: [UInt8], _ number: Int, _ items: [JudgedItem], _ time: Timestamp, into outcome: inout Outcome
    ) {
        var members = (try? JSONValue(parsing: line, maxDepth: 32)).flatMap { json -> [JSONMember]? in
            if let object = json.object { return object }
            guard json.number != nil || json.string != nil else { return nil }
            return [JSONMember("value", json)]
        }
        if members == nil {
            members = [JSONMember("value", .string(String(decoding: line.prefix(200), as: UTF8.self)))]
        }
        guard var members else { return }
        func has(_ name: String) -> Bool { members.contains { $0.name == name && $0.value != .null } }
        if !has("session_id"), !has("span_id"), !has("target") {
            let place = members.last { $0.name == "item" }?.value.int ?? number
            guard items.indices.contains(place) else {
                outcome.refused.append("line \(number + 1): there is no item \(place)")
                return
            }
            members += Self.members(of: items[place].target)
        }
        if !has("name") { members.append(JSONMember("name", .string(judge))) }
        members.removeAll { $0.name == "by" || $0.name == "time" }
        members.append(JSONMember("by", .string(judge)))
        do throws(DecodeError) {
            let decoded = try SpanDecoder().decodeScores(JSONValue.object(members).compactBytes, time: time)
            outcome.scores += decoded.scores
            outcome.refused += decoded.refused.map { "line \(number + 1): \($0.flaw)" }
        } catch {
            outcome.refused.append("line \(number + 1): \(error)")
        }
    }

    /// The ids of a target, as `POST /v1/scores` names them.
    private static func members(of target: Score.Target) -> [JSONMember] {
        switch target {
        case .session(let id): [JSONMember("session_id", .string(id))]
        case .span(let key):
            [JSONMember("trace_id", .string(key.traceID)), JSONMember("span_id", .string(key.spanID))]
        }
    }
}
