import ArgumentParser
import Testing
import TraceModel

@testable import FallomCommand

struct CommandLineTests {
    @Test func `a filter keeps words that begin with a dash`() throws {
        let command = try SpansCommand.parse(["model:gpt-4o*", "-model:claude*", "--json"])
        #expect(command.filter.text == "model:gpt-4o* -model:claude*")
        #expect(command.json)
    }

    @Test func `a word the shell had quoted is quoted again, a whole filter is not`() throws {
        #expect(try SpansCommand.parse(["status:error", "free text"]).filter.text == "status:error \"free text\"")
        #expect(try SpansCommand.parse(["status:error free"]).filter.text == "status:error free")
    }

    @Test func `an unknown option is no filter`() {
        #expect(throws: (any Error).self) { try SpansCommand.parse(["--jsno"]) }
    }

    @Test func `a mistake in a filter is shown under its column`() throws {
        let filter = try SpansCommand.parse(["latency>fast"]).filter
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

    @Test func `without a command the console opens`() async throws {
        let command = try await RootCommand.asyncParseAsRoot(["app.ndjson", "--no-listen"])
        #expect((command as? ConsoleCommand)?.paths == ["app.ndjson"])
    }
}
