import ArgumentParser
import SpanCodec
import Testing

@testable import FallomCommand

struct SettingsTests {
    private let environment = ProcessEnvironment(variables: ["HOME": "/home/ana"], currentDirectory: "/src/app")

    private func options(_ arguments: String...) throws -> SharedOptions {
        try SharedOptions.parse(arguments + ["--config", "/dev/null"])
    }

    @Test func `defaults follow the XDG base folders`() throws {
        let settings = try options().settings(environment)
        #expect(settings.store == "/home/ana/.local/state/fallom/traces.sqlite")
        #expect(settings.workspace == "/home/ana/.config/fallom")
        #expect(settings.http == .standardHTTP)
        #expect(settings.listens)

        var moved = environment
        moved.variables["XDG_STATE_HOME"] = "/state"
        moved.variables["XDG_CONFIG_HOME"] = "not/absolute"
        let other = try options().settings(moved)
        #expect(other.store == "/state/fallom/traces.sqlite")
        #expect(other.workspace == "/home/ana/.config/fallom")
    }

    @Test func `the command line wins and relative paths start in the current folder`() throws {
        let settings = try options("--store", "x.sqlite", "--workspace", "~/w", "--http", ":9", "--no-listen")
            .settings(environment)
        #expect(settings.store == "/src/app/x.sqlite")
        #expect(settings.workspace == "/home/ana/w")
        #expect(settings.http.port == 9)
        #expect(!settings.listens)
    }

    @Test func `an address open to others needs a key`() throws {
        #expect(throws: CommandFailure.self) { try options("--http", "0.0.0.0:4318").settings(environment) }
        var keyed = environment
        keyed.variables["FALLOM_LISTEN_KEY"] = "k"
        #expect(try options("--http", "0.0.0.0:4318").settings(keyed).listenKey == "k")
        _ = try options("--http", "0.0.0.0:4318", "--no-listen").settings(environment)
    }

    @Test func `UDP stays on loopback whatever key there is`() throws {
        var keyed = environment
        keyed.variables["FALLOM_LISTEN_KEY"] = "k"
        let failure = #expect(throws: CommandFailure.self) { try options("--udp", "0.0.0.0:4319").settings(keyed) }
        #expect(failure?.status == 64)
    }

    @Test(arguments: [
        ("https://app.example", true), ("http://localhost:3000", true), ("capacitor://localhost", true), ("*", false),
        ("null", false), ("app.example", false), ("https://app.example/", false), ("https://*.example", false),
        ("", false),
    ])
    func `origins are told from what would let anybody in`(text: String, isValid: Bool) throws {
        #expect(WebOrigin.isValid(text) == isValid)
        let options = try SharedOptions.parse(["--cors", text, "--cors", "https://two.example"])
        if isValid {
            #expect(try options.settings(environment).origins == [text, "https://two.example"])
        } else {
            #expect(throws: CommandFailure.self) { try options.settings(environment) }
        }
    }

    @Test func `an address for gRPC that others can reach needs a key`() throws {
        #expect(throws: CommandFailure.self) {
            try SharedOptions.parse(["--grpc", "0.0.0.0:4317"]).settings(environment)
        }
    }

    @Test func `a configuration file that is named must exist`() throws {
        let options = try SharedOptions.parse(["--config", "/does/not/exist.yaml"])
        #expect(throws: CommandFailure.self) { try options.settings(environment) }
    }
}

struct ConfigurationFileTests {
    @Test func `every entry is read`() throws {
        let file = try ConfigurationFile(
            yaml: """
                theme: light
                http: 127.0.0.1:5000
                grpc: 127.0.0.1:5001
                cors:
                  - https://app.example
                  - http://localhost:3000
                listen: false
                retention:
                  days: 30
                  megabytes: 2000
                mask:
                  - 'acme-[0-9]{8}'
                  - 'INT-\\d+'
                """, path: "config.yaml")
        #expect(try file.mask == [SecretPattern("acme-[0-9]{8}"), SecretPattern("INT-\\d+")])
        #expect(file.theme == "light")
        #expect(file.http == ListenAddress(host: "127.0.0.1", port: 5000))
        #expect(file.grpc == ListenAddress(host: "127.0.0.1", port: 5001))
        #expect(file.origins == ["https://app.example", "http://localhost:3000"])
        #expect(file.listen == false)
        #expect(file.retention.days == 30)
        #expect(file.retention.megabytes == 2000)
    }

    @Test(arguments: ["", "# nothing\n", "---\n"])
    func `an empty file says nothing`(text: String) throws {
        #expect(try ConfigurationFile(yaml: text, path: "c") == ConfigurationFile())
    }

    @Test(arguments: [
        ("theme: light\ncolour: red\n", 2, 1),
        ("theme: light\nretention:\n  days: many\n", 3, 9),
        ("http: nowhere\n", 1, 7),
        ("mask: acme\n", 1, 7),
        ("mask:\n  - fine\n  - 'acme-[0-9'\n", 3, 5),
        ("listen: perhaps\n", 1, 9),
        ("- a\n- b\n", 1, 1),
        ("theme: [\n", 2, 1),
    ])
    func `a mistake has its line and column`(text: String, line: Int, column: Int) {
        let mistake = #expect(throws: ConfigurationMistake.self) { try ConfigurationFile(yaml: text, path: "c.yaml") }
        #expect(mistake?.line == line)
        #expect(mistake?.column == column)
    }
}
