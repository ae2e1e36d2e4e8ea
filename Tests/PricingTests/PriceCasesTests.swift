import Foundation
import OrderedJSON
import Pricing
import Testing
import TraceModel

/// A call whose cost an independent implementation computed (`Fixtures/cases.ndjson`).
struct PriceCase: CustomStringConvertible, Sendable {
    var provider: String
    var model: String
    var matched: String
    var at: Timestamp
    var usage: TokenUsage
    var nanoDollars: Int64

    var description: String { "\(provider) \(model)" }

    static let all: [PriceCase] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/cases.ndjson")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            (try? JSONValue(parsing: String(line))).flatMap(PriceCase.init)
        }
    }()

    private init?(_ value: JSONValue) {
        guard let provider = value["provider"]?.string, let model = value["model"]?.string,
            let matched = value["matched"]?.string, let at = value["at"]?.string,
            let time = ISO8601.parse(at), let cost = value["cost_usd"]?.string, let dollars = Decimal(string: cost)
        else { return nil }
        self.provider = provider
        self.model = model
        self.matched = matched
        self.at = time
        usage = TokenUsage(
            prompt: value["input_tokens_including_cache"]?.int, completion: value["output_tokens"]?.int,
            cached: value["cache_read_tokens"]?.int, cacheWrite: value["cache_write_tokens"]?.int)
        var exact = dollars * Decimal(1_000_000_000)
        var rounded = Decimal()
        NSDecimalRound(&rounded, &exact, 0, .bankers)
        nanoDollars = NSDecimalNumber(decimal: rounded).int64Value
    }
}

@Suite("Prices")
struct PriceCasesTests {
    static let book = PriceBook(layers: [PriceBook.Layer(source: "built in", table: .builtIn())])

    @Test("The table in the binary is read without a problem")
    func builtInIsWhole() {
        let table = PriceTable.builtIn()
        #expect(table.providers.count == 21)
        #expect(table.models.values.reduce(0) { $0 + $1.count } == 1562)
    }

    @Test("Costs agree to the nano-dollar with another implementation's", arguments: PriceCase.all)
    func agrees(_ example: PriceCase) throws {
        let found = try #require(Self.book.price(provider: example.provider, model: example.model))
        #expect(found.price.model == example.matched)
        let card = try #require(found.price.card(at: example.at))
        #expect(card.nanoDollars(for: example.usage) == example.nanoDollars)
    }

    @Test("There are cases") func casesAreRead() { #expect(PriceCase.all.count == 600) }

    @Test(
        "The semantic conventions' names of providers are known",
        arguments: [
            ("gcp.gemini", "gemini-2.5-pro", "google"), ("gcp.vertex_ai", "gemini-2.5-flash-lite", "google"),
            ("aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "aws"),
            ("azure.ai.openai", "gpt-4o-2024-08-06", "azure"), ("azure.ai.inference", "gpt-4o", "azure"),
            ("x_ai", "grok-4.3", "x-ai"), ("mistral_ai", "mistral-tiny", "mistral"),
            ("openai.chat", "gpt-4o", "openai"),
            ("google.generative-ai", "models/gemini-2.5-pro", "google"),
            ("Anthropic", "claude-3-5-sonnet", "anthropic"),
        ])
    func providerNames(name: String, model: String, provider: String) throws {
        let price = try #require(Self.book.price(provider: name, model: model)?.price)
        #expect(price.provider == provider || provider == "azure")
    }

    @Test(
        "A model alone is known by its name",
        arguments: [
            ("gpt-4o-mini", "openai"), ("claude-sonnet-4-5-20250929", "anthropic"), ("gemini-2.5-pro", "google"),
            ("openai/gpt-4o", "openai"), ("mistral-large-latest", "mistral"), ("grok-4.3", "x-ai"),
        ])
    func modelAlone(model: String, provider: String) throws {
        #expect(try #require(Self.book.price(provider: nil, model: model)?.price).provider == provider)
        #expect(try #require(Self.book.price(provider: "my-gateway", model: model)?.price).provider == provider)
    }

    @Test(
        "What has no price is unknown",
        arguments: [("ollama", "gpt-oss:20b"), ("vllm", "gpt-4o"), (nil, "my-own-model"), ("openai", "")])
    func unknown(provider: String?, model: String) {
        #expect(Self.book.price(provider: provider, model: model)?.price == nil)
    }

    @Test("A model without a provider in the name of another counts as that other's")
    func protocolName() throws {
        #expect(Self.book.price(provider: "openai", model: "claude-3-5-sonnet")?.price.provider == "anthropic")
    }
}
