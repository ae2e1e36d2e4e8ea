/// One benchmark: a name to call it by, and what it does with the rest of the command line.
struct Benchmark: Sendable {
    var name: String
    /// What it measures and which arguments it takes, on one line.
    var help: String
    var run: @Sendable ([String]) async throws -> Void
}

/// All benchmarks; each has a file of its own.
let benchmarks: [Benchmark] = [
    decodeBenchmark, diffBenchmark, frameBenchmark, sessionBenchmark, storeBenchmark,
]

/// A mistake on the command line.
struct UsageError: Error, CustomStringConvertible {
    var description: String
}

@main
enum FallomBenchmarks {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let first = arguments.first, let benchmark = benchmarks.first(where: { $0.name == first }) else {
            print("usage: FallomBenchmarks NAME [ARGUMENT…], built with -c release\n")
            for benchmark in benchmarks { print("  \(Measure.padded(benchmark.name, 10)) \(benchmark.help)") }
            return
        }
        try await benchmark.run(Array(arguments.dropFirst()))
    }
}
