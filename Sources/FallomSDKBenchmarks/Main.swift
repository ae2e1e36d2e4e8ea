import Fallom

/// The SDK's own costs. Medians of several rounds in one run; figures beside a peer's are to be taken in one sitting.
@main
enum FallomSDKBenchmarks {
    static func main() async throws {
        // As most callers are: on no actor, where nothing hops between executors.
        try await Task.detached { try await run(Array(CommandLine.arguments.dropFirst())) }.value
    }

    private static func run(_ arguments: [String]) async throws {
        switch (arguments.first, arguments.dropFirst().first) {
        case ("models", _): try await models()
        case ("wrap", _): try await wrap()
        case ("udp", _): try await udp()
        case ("hanging", _): try await hanging()
        case ("objects", _): try await objects()
        case ("http", let url?):
            try await http(url, count: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 200_000)
        case ("memory", let file?):
            try await memory(file, rounds: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 8)
        case ("ttft", let url?):
            try await ttft(url, serverWaits: arguments.dropFirst(2).first.flatMap(Double.init) ?? 80)
        case ("backend", let url?): try await backend(url)
        default:
            print(
                """
                usage: FallomSDKBenchmarks NAME, built with -c release
                  models        models.get with targeting, and one MD5 of the session id by the system's library
                  wrap          what wrapping a chat completion adds to the caller's path
                  udp           spans a second from one process over UDP
                  http URL N    N (200,000) spans from eight tasks into a service at URL, each acknowledged
                  hanging       memory and calls with prompts of 64 KB: without tracing, with a service that answers, and with
                                one that never does
                  objects       an object of a megabyte streamed in pieces of 100 bytes: one text, and many members
                  memory FILE N resident memory over N (8) quarters of a million spans written to FILE, which is rotated; up
                                to 150 MB
                  ttft URL MS   time to first token less the server's own wait, on every API of fake_llm.py at URL,
                                started with --first-token-ms MS --chunk-ms 0
                  backend URL   calls and shutdown while fake_backend.py at URL is of no use, in each of its ways
                """)
        }
    }
}
