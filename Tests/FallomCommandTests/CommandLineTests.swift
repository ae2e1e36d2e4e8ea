import ArgumentParser
import Testing
import TraceModel

@testable import FallomCommand

struct CommandLineTests {
    private func spans(_ arguments: [String]) async throws -> SpansCommand {
        // Completions ask the store, so commands are parsed asynchronously.
        try await SpansCommand.asyncParse(arguments)
    }

    @Test func `a filter keeps words that begin with a dash`() async throws {
        let command = try await spans(["model:gpt-4o*", "-model:claude*", "--json"])
        #expect(command.filter.text == "model:gpt-4o* -model:claude*")
        #expect(command.json)
    }

    @Test func `a word the shell had quoted is quoted again, a whole filter is not`() async throws {
        #expect(try await spans(["status:error", "free text"]).filter.text == "status:error \"free text\"")
        #expect(try await spans(["status:error free"]).filter.text == "status:error free")
    }

    @Test func `an unknown option is no filter`() async {
        await #expect(throws: (any Error).self) { try await spans(["--jsno"]) }
    }

    @Test func `a mistake in a filter is shown under its column`() async throws {
        let filter = try await spans(["latency>fast"]).filter
        let failure = #expect(throws: CommandFailure.self) { try filter.parsed(now: Timestamp(unixMilliseconds: 0)) }
        #expect(failure?.status == 64)
        #expect(failure?.hint?.contains("^") == true)
    }

    @Test(arguments: [("spasn", "spans"), ("sessoins", "sessions"), ("servee", "serve")])
    func `a misspelt command is told from a file`(word: String, meant: String) {
        let failure = #expect(throws: CommandFailure.self) { try CommandNames.refuseMisspelt([word]) }
        #expect(failure?.hint?.contains("'fallom \(meant)'") == true)
    }

    @Test(arguments: ["later.ndjson", "logs/app", "-", "/"])
    func `a path is a path, there or not`(path: String) throws {
        try CommandNames.refuseMisspelt([path])
    }

    @Test func `a command that only reads understands what listening is told, and does not offer it`() async throws {
        let command = try await spans([
            "--udp", "127.0.0.1:9", "--theme", "mono", "--no-listen", "--store", "/tmp/x.db",
        ])
        #expect(try command.shared.settings(.current()).udp.port == 9)
        #expect(command.shared.files.store == "/tmp/x.db")
        for help in [SpansCommand.helpMessage(), ConfigsCommand.helpMessage(for: ConfigsListCommand.self)] {
            #expect(help.contains("--store") && help.contains("--config"))
            #expect(!help.contains("--udp") && !help.contains("--theme"))
        }
        #expect(ServeCommand.helpMessage().contains("--udp"))
    }

    @Test func `without a command the console opens`() async throws {
        let command = try await RootCommand.asyncParseAsRoot(["app.ndjson", "--no-listen"])
        #expect((command as? ConsoleCommand)?.paths == ["app.ndjson"])
    }
}
