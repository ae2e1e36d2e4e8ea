import Pricing
import Testing
import TraceModel

@Suite("Rates")
struct RateTests {
    @Test(
        "Decimal text is kept exactly",
        arguments: [
            ("0.075", false, "0.075"), ("15", false, "15"), ("1.5e-07", true, "0.15"), ("2.5E-6", true, "2.5"),
            ("0.000000000001", false, "0.000000000001"), ("003.50", false, "3.5"), ("0", false, "0"),
        ])
    func text(written: String, perToken: Bool, read: String) {
        #expect(TokenRate(decimal: written, isPerToken: perToken)?.dollarsPerMillion == read)
    }

    @Test(
        "What is no amount is refused", arguments: ["", ".", "-1", "1.2.3", "1e99", "abc", "12345678901234567890123"])
    func refused(text: String) { #expect(TokenRate(decimal: text) == nil) }

    private func rate(_ text: String) throws -> TieredRate { TieredRate(base: try #require(TokenRate(decimal: text))) }

    @Test("Cached, written and thought tokens are parts, never added again")
    func parts() throws {
        let card = RateCard(
            prompt: try rate("3"), cached: try rate("0.3"), cacheWrite: try rate("3.75"), cacheWriteHour: try rate("6"),
            completion: try rate("15"), reasoning: try rate("20"))
        let usage = TokenUsage(
            prompt: 1000, completion: 100, cached: 400, cacheWrite: 300, cacheWriteHour: 100, reasoning: 40)
        // 300×3 + 400×0.3 + 200×3.75 + 100×6 + 60×15 + 40×20, in thousands of nano-dollars.
        #expect(card.nanoDollars(for: usage) == 4_070_000)
    }

    @Test("Half a nano-dollar goes to the even neighbour")
    func rounding() throws {
        let card = RateCard(prompt: try rate("0.0005"))
        #expect(card.nanoDollars(for: TokenUsage(prompt: 1)) == 0)
        #expect(card.nanoDollars(for: TokenUsage(prompt: 3)) == 2)
    }

    @Test("A tier holds for all tokens once the whole input exceeds it")
    func tiers() throws {
        let low = try #require(TokenRate(decimal: "1"))
        let high = try #require(TokenRate(decimal: "2"))
        let card = RateCard(prompt: TieredRate(base: low, tiers: [.init(aboveTokens: 1000, rate: high)]))
        #expect(card.nanoDollars(for: TokenUsage(prompt: 1000)) == 1_000_000)
        #expect(card.nanoDollars(for: TokenUsage(prompt: 1001)) == 2_002_000)
        #expect(card.nanoDollars(for: TokenUsage(prompt: 1001, cached: 1001)) == 2_002_000)
    }

    @Test("Absurd figures neither trap nor turn negative")
    func absurd() throws {
        let card = RateCard(prompt: try rate("1000000"), completion: try rate("1000000"))
        #expect(card.nanoDollars(for: TokenUsage(prompt: .max, completion: .max)) == nil)
        #expect(card.nanoDollars(for: TokenUsage(prompt: -5, completion: .min)) == 0)
        #expect(card.nanoDollars(for: TokenUsage(prompt: 5, cached: 90, cacheWrite: 90)) == 5_000_000_000)
    }

    @Test("The last period that holds counts, by day and by time of day")
    func periods() throws {
        func card(_ text: String) throws -> RateCard { RateCard(prompt: try rate(text)) }
        let price = ModelPrice(
            provider: "p", model: "m", match: .equals("m"),
            periods: [
                PricePeriod(card: try card("1")),
                PricePeriod(from: CivilDate(year: 2026, month: 3, day: 13), card: try card("2")),
                PricePeriod(daily: .init(start: 82_800, end: 3_600), card: try card("3")),
            ])
        func units(_ time: String) throws -> String? {
            let time = try #require(ISO8601.parse(time))
            return price.card(at: time)?.prompt?.base.dollarsPerMillion
        }
        #expect(try units("2026-03-12T22:59:59Z") == "1")
        #expect(try units("2026-03-13T12:00:00Z") == "2")
        #expect(try units("2026-03-13T23:00:00Z") == "3")
        #expect(try units("2026-03-13T00:59:59Z") == "3")
        #expect(try units("1969-12-31T12:00:00Z") == "1")
    }
}
