import ArgumentParser
import OrderedJSON
import Pricing

/// `fallom prices import FILE`: a public list in the place of what was imported before.
struct PricesImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over a price list: the JSON of LiteLLM or of models.dev.",
        discussion: """
            The list comes before the table in the program and after your own prices.yaml. Importing again replaces what was \
            imported before. Calls that were priced already keep their estimate until 'fallom prices apply'.
            """)

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "The list's file.")
    var file: String

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let bytes = try TextFile.input(file == "-" ? file : environment.absolute(file))
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw CommandFailure("\(file) is not JSON: \(error)")
        }
        guard let list = PriceList.reading(value), !list.prices.isEmpty else {
            throw CommandFailure(
                "\(file) is no price list that is known",
                hint: "Known are LiteLLM's model_prices_and_context_window.json and models.dev's api.json.")
        }
        let target = StandardPaths(environment).importedPricesFile
        var lines: [UInt8] = []
        for price in list.prices { lines += price.json.compactBytes + [UInt8(ascii: "\n")] }
        try OutputFile.makeFolder(for: target)
        try OutputFile.write(lines, to: target)
        let skipped = list.skipped == 0 ? "" : ", \(list.skipped) entries without a price for text left out"
        try StandardOutput.print("\(list.prices.count) prices of \(list.format.rawValue) in \(target)\(skipped)")
    }
}
