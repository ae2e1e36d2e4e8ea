import OrderedJSON
import Testing

@testable import FallomCommand
@testable import Ingest

struct ListenerTests {
    private func health(_ http: IngestState, _ udp: IngestState) -> IngestHealth {
        IngestHealth(sources: [SourceHealth(source: .http, state: http), SourceHealth(source: .udp, state: udp)])
    }

    @Test func `nothing is said before both listeners know where they stand`() {
        #expect(ListenerAnnouncement(IngestHealth()) == nil)
        #expect(ListenerAnnouncement(health(.listening(address: "127.0.0.1:1"), .starting)) == nil)
    }

    @Test func `a taken port is told and leaves the other listener working`() throws {
        let said = try #require(
            ListenerAnnouncement(health(.portTaken(address: "127.0.0.1:4318"), .listening(address: "127.0.0.1:4319"))))
        #expect(said.http == nil)
        #expect(said.udp == "127.0.0.1:4319")
        #expect(said.isUseful)
        #expect(said.lines == ["listening on udp://127.0.0.1:4319", "127.0.0.1:4318 is in use by another process"])
    }

    @Test func `a taken port for gRPC is told and leaves HTTP working`() throws {
        var health = health(.listening(address: "127.0.0.1:4318"), .listening(address: "127.0.0.1:4319"))
        health.sources.append(SourceHealth(source: .grpc, state: .starting))
        #expect(ListenerAnnouncement(health) == nil, "it is not known yet")
        health.sources[2].state = .portTaken(address: "127.0.0.1:4317")
        let said = try #require(ListenerAnnouncement(health))
        #expect(said.http != nil && said.grpc == nil && !said.hasLostHTTP)
        #expect(said.troubles == ["127.0.0.1:4317 is in use by another process"])
        health.sources[2].state = .listening(address: "127.0.0.1:4317")
        #expect(ListenerAnnouncement(health)?.lines[1] == "listening on grpc://127.0.0.1:4317")
    }

    @Test func `without HTTP nothing is said of gRPC, and whoever needs HTTP learns that it is lost`() throws {
        var health = health(.portTaken(address: "127.0.0.1:4318"), .listening(address: "127.0.0.1:4319"))
        health.sources.append(SourceHealth(source: .grpc, state: .starting))
        let said = try #require(ListenerAnnouncement(health))
        #expect(said.hasLostHTTP && said.troubles.count == 1)
    }

    @Test func `with no listener there is no reason to go on`() throws {
        let said = try #require(
            ListenerAnnouncement(health(.portTaken(address: "127.0.0.1:4318"), .failed("no such address"))))
        #expect(!said.isUseful)
        #expect(said.troubles.count == 2)
    }

    @Test func `a process that waits says who listens, and is useful`() async throws {
        let said = try #require(await ListenerAnnouncement.awaited(.waiting(process: 42), IngestCounters()))
        #expect(said.troubles[0].contains("process 42"))
        #expect(said.isUseful)
        #expect(said.json["http"] == .null)
    }
}
