import ArgumentParser
import OrderedJSON
import Pricing
import TraceModel

/// `fallom prices show MODEL`: what one model costs, and what a call of it would.
struct PricesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a model costs, and what a call of a given size would.")

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "The model, as a span names it.")
    var model: String

    @Option(help: "The provider, as a span names it.")
    var provider: String?

    @Option(help: ArgumentHelp("The prices of that day or moment (default: now).", valueName: "date"))
    var at: MomentOption?

    @Option(help: ArgumentHelp("Prompt tokens of a call, cached and written ones included.", valueName: "tokens"))
    var input: Int?

    @Option(help: ArgumentHelp("Those of them read from the cache.", valueName: "tokens"))
    var cached: Int?

    @Option(help: ArgumentHelp("Those of them written to the cache.", valueName: "tokens"))
    var cacheWrite: Int?

    @Option(
        name: .customLong("cache-write-1h"),
        help: ArgumentHelp("Those written that are kept for an hour.", valueName: "tokens"))
    var cacheWriteHour: Int?

    @Option(help: ArgumentHelp("Completion tokens, reasoning included.", valueName: "tokens"))
    var output: Int?

    @Option(help: ArgumentHelp("Those of them spent on reasoning.", valueName: "tokens"))
    var reasoning: Int?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let book = try PriceSources(try shared.settings(environment)).book()
        guard let found = book.price(provider: provider, model: model) else {
            throw CommandFailure(
                "no price is known for \(model)\(provider.map { " of \($0)" } ?? "")",
                hint: "'fallom prices list PART' shows what is known; prices.yaml gives your own: 'fallom help prices'."
            )
        }
        let time = at?.moment ?? .now()
        var document = PriceDocument(price: found.price, source: found.source, time: time)
        document.nanoDollars = found.price.card(at: time)?.nanoDollars(for: usage)
        try StandardOutput.print(json: json, [document.json], document.lines)
    }

    private var usage: TokenUsage {
        TokenUsage(
            prompt: input, completion: output, cached: cached, cacheWrite: cacheWrite ?? cacheWriteHour,
            cacheWriteHour: cacheWriteHour, reasoning: reasoning)
    }
}
