import OrderedJSON
import ProviderCalls
import Synchronization

/// Exchanges with model providers, recorded once and played back in tests: what a client asked, and what it was answered.
///
/// ```swift
/// let tape = try ExchangeTape(parsing: Data(contentsOf: file))
/// let fallom = try FallomClient.testing(exchanges: tape)          // fallom.openAI, .anthropic, .google
/// let client = OpenAIClient(apiKey: "any").playing(tape)          // any of the SDK's clients
/// ```
///
/// Played, a call gets the first exchange not played yet whose path is the end of the call's and whose request's members, as
/// far as it names any, are the call's. A call that none is left for fails and says why. The form is JSON:
///
/// ```json
/// {"exchanges": [
///   {"request": {"path": "/chat/completions", "body": {"model": "gpt-4o"}},
///    "response": {"status": 200, "body": {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}}},
///   {"request": {"path": "/messages"},
///    "response": {"events": [{"type": "message_start"}, {"type": "message_stop"}]}, "repeats": true}
/// ]}
/// ```
///
/// A response has one of `body` (JSON), `events` (a stream's, each JSON, or text as it is, like `"[DONE]"`), `text`, and
/// `base64` (a list of pieces as they came); `status` is 200 and `headers` empty unless they say more; with `"cut": true` the
/// connection breaks at its end. With `"repeats": true` an exchange is played as often as it is asked for.
public final class ExchangeTape: Sendable {
    private struct State {
        var exchanges: [TapedExchange] = []
        var played: [Int] = []
    }

    private let state = Mutex(State())

    /// An empty tape.
    public init() {}

    /// A tape of exchanges in the form above.
    ///
    /// - Throws: ``TapeError`` that says which exchange cannot be read, and why.
    public init(_ json: JSON) throws(TapeError) {
        let json = json.value
        let list = json["exchanges"]?.array ?? json.array
        guard let list else { throw TapeError(message: "an object with a list 'exchanges' was expected") }
        var exchanges: [TapedExchange] = []
        for (index, json) in list.enumerated() {
            do throws(TapeError) {
                exchanges.append(try TapedExchange(json))
            } catch {
                throw TapeError(message: "exchange \(index + 1) of \(list.count): \(error.message)")
            }
        }
        state.withLock { [exchanges] state in
            state.exchanges = exchanges
            state.played = exchanges.map { _ in 0 }
        }
    }

    /// A tape of exchanges in the form above, as text: the bytes of a file, for one.
    ///
    /// - Throws: ``TapeError`` that says what cannot be read, and why.
    public convenience init(parsing text: some Collection<UInt8>) throws(TapeError) {
        let json: JSON
        do throws(JSON.ParsingError) {
            json = try JSON(parsing: text)
        } catch {
            throw TapeError(message: "no JSON: \(error)")
        }
        try self.init(json)
    }

    /// How many exchanges it holds.
    public var count: Int { state.withLock { $0.exchanges.count } }

    /// How many of them have not been played.
    public var unplayed: Int { state.withLock { $0.played.count { $0 == 0 } } }

    /// All of it in the form above.
    public var json: JSON {
        ["exchanges": .array(state.withLock { $0.exchanges }.map { JSON($0.json) })]
    }

    /// All of it as text of the form above, for a file.
    public var text: String {
        json.prettyText + "\n"
    }

    func add(_ exchange: TapedExchange) {
        state.withLock { state in
            state.exchanges.append(exchange)
            state.played.append(0)
        }
    }

    /// The next answer to a request.
    func next(path: String, body: JSONValue?) throws(ProviderError) -> TapedExchange.Response {
        let found = state.withLock { state -> Result<TapedExchange.Response, TapeError> in
            let place = state.exchanges.indices.first { index in
                let exchange = state.exchanges[index]
                return (exchange.repeats || state.played[index] == 0) && exchange.difference(path, body) == nil
            }
            guard let place else { return .failure(Self.reason(path, body, state)) }
            state.played[place] += 1
            return .success(state.exchanges[place].response)
        }
        switch found {
        case .success(let response): return response
        case .failure(let error): throw ProviderError(kind: .invalidRequest, message: error.message)
        }
    }

    private static func reason(_ path: String, _ body: JSONValue?, _ state: State) -> TapeError {
        let model = body?["model"]?.string.map { " (model \($0))" } ?? ""
        let said = "no exchange on the tape answers \(path)\(model): "
        guard !state.exchanges.isEmpty else {
            return TapeError(message: said + "it is empty (FallomClient.testing(exchanges:))")
        }
        var reasons: [String] = []
        for (index, exchange) in state.exchanges.enumerated() where reasons.count < 5 {
            let why =
                state.played[index] > 0 && !exchange.repeats
                ? "has been played" : exchange.difference(path, body) ?? "fits"
            reasons.append("\(index + 1) \(why)")
        }
        return TapeError(message: said + reasons.joined(separator: ", "))
    }
}

/// Why a tape cannot be read.
public struct TapeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and where.
    public var message: String
    /// What is wrong, and where.
    public var description: String { "the tape cannot be read: " + message }
}
