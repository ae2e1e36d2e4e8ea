import ArgumentParser
import OrderedJSON
import TraceStore

/// `fallom prices apply`: the estimates of the past by the prices of today's tables.
struct PricesApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Price the stored calls anew, with the prices of their time. Reported costs stay as they are.")

    @OptionGroup var shared: ReadingOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let store = try StoreAccess.writer(try shared.settings())
        let progress = Progress(title: "pricing", total: nil)
        let report = try await store.reprice { progress.update($0) }
        progress.end()
        try await store.close()
        try StandardOutput.print(json: json, [report.json], [report.sentence])
    }
}
