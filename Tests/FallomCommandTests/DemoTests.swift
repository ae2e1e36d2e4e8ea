import Assignment
import OrderedJSON
import SpanCodec
import SystemCalls
import Testing
import TraceModel
import Workspace
import WorkspaceModel

@testable import FallomCommand

struct DemoTests {
    private let now = Timestamp(unixMilliseconds: 1_795_447_120_000)

    private func events(_ count: Int, seed: UInt64 = 7) throws -> [DemoEvent] {
        let pace = DemoLoad.Pace(history: 3 * 3600, pastArrival: 75)
        return Array(DemoLoad(workspace: try DemoWorkspace(), seed: seed, now: now, pace: pace).prefix(count))
    }

    @Test func `the same seed gives the same load, another one another`() throws {
        #expect(try events(300) == events(300))
        #expect(try events(300) != events(300, seed: 8))
    }

    @Test func `events come in order of time, beginning in the past and going on after now`() throws {
        let events = try events(3000)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
        #expect(events[0].time < now)
        #expect((events.last?.time ?? now) > now)
    }

    @Test func `the past is told once, the present twice`() throws {
        let events = try events(3000)
        #expect(events.allSatisfy { $0.time >= now || $0.record.endTime != nil })
        let live = events.filter { $0.time > now }
        let started = live.filter { $0.record.endTime == nil }
        #expect(!started.isEmpty)
        let finished = Set(live.filter { $0.record.endTime != nil }.map(\.record.spanID))
        // What begins late in the sample has not ended in it.
        #expect(started.dropLast(100).allSatisfy { finished.contains($0.record.spanID) })
    }

    @Test func `every record is read back as it was meant`() throws {
        let decoder = SpanDecoder()
        for event in try events(2500) {
            var batch = DecodedBatch()
            decoder.decodeLine(event.record.encoded(), into: &batch)
            #expect(batch.rejected.isEmpty)
            let span = try #require(batch.spans.first?.span)
            #expect(span.kind == event.record.kind)
            #expect(span.isRunning == (event.record.endTime == nil))
            guard span.kind == .llm, span.status != .error, !span.isRunning else { continue }
            #expect(span.usage.total ?? 0 > 0)
            #expect(span.cost != nil)
            #expect(span.timeToFirstTokenNanoseconds != nil)
            #expect(span.finishReason != nil)
            #expect(span.provider != nil)
        }
    }

    @Test func `no text has a variable left in it`() throws {
        for event in try events(2500) {
            let text = event.record.attributes.map(\.value.compactText).joined()
            for name in ["{order}", "{name}", "{ref}", "{customer}", "{pr}", "{month}", "{{"] {
                #expect(!text.contains(name))
            }
        }
    }

    @Test func `every kind of life is in it`() throws {
        let records = try events(4000).map(\.record)
        #expect(Set(records.compactMap(\.kind)).isSuperset(of: [.llm, .agent, .tool, .retrieval]))
        #expect(records.contains { $0.errorMessage?.hasPrefix("429") == true })
        #expect(records.contains { $0.errorMessage?.hasPrefix("503") == true })
        #expect(records.contains { $0.kind == .tool && $0.isError })
        #expect(Set(records.compactMap(\.promptVariantIndex)) == [0, 1])
        #expect(Set(records.map(\.configKey)).count >= 9)
        let finishes = records.compactMap { record in
            record.attributes.first { $0.name == "fallom.raw.response" }?.value.string
        }
        for word in ["length", "content_filter", "end_turn", "STOP"] {
            #expect(finishes.contains { $0.contains("\"finishReason\":\"\(word)\"") })
        }
    }

    @Test func `the model of a session is the one its config assigns`() throws {
        let workspace = try DemoWorkspace()
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let session = try #require(DemoSession.random(in: workspace, using: &generator))
            let config = try #require(workspace.config(session.conversation.configKey))
            let assigned = try config.assign(
                sessionID: session.id, customerID: session.person.customer,
                context: EvaluationContext(session.person.context.map { ($0.name, $0.value) }))
            #expect(assigned.model == session.model.name)
        }
    }

    @Test func `the texts of tools are JSON`() {
        for step in DemoConversation.all.flatMap(\.turns).flatMap(\.steps) {
            switch step {
            case .tool(_, let arguments, let result):
                #expect(throws: Never.self) { try JSONValue(parsing: arguments) }
                #expect(throws: Never.self) { try JSONValue(parsing: result) }
            case .failingTool(_, let arguments, _): #expect(throws: Never.self) { try JSONValue(parsing: arguments) }
            case .object(let text): #expect(throws: Never.self) { try JSONValue(parsing: text) }
            default: break
            }
        }
    }

    @Test func `the workspace is written without a fault, and the folder leaves nothing behind`() throws {
        let folder = try DemoFolder.create(.current())
        try DemoWorkspace().write(to: folder.workspace)
        let snapshot = WorkspaceFolder(path: folder.workspace).load()
        #expect(snapshot.problems.isEmpty)
        #expect(snapshot.configs["customer-agent"]?.currentVersion == 4)
        #expect(snapshot.prompts["customer-reply"]?.currentVersion == 7)
        #expect(snapshot.contexts.count == 4)
        folder.remove()
        #expect(!Files.exists(folder.path))
    }

    @Test func `what a dead demo left is removed by the next, what a living one has is not`() throws {
        let living = try DemoFolder.create(.current())
        defer { living.remove() }
        let next = try DemoFolder.create(.current())
        next.remove()
        #expect(Files.exists(living.path))
    }
}
