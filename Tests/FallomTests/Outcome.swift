import Fallom
import OrderedJSON

/// What an app sees of a call: values and errors, as text that can be compared.
struct Outcome: Equatable {
    var values: [String] = []
    var error: String?

    /// Of a call answered as a whole.
    static func of<Value: TraceableJSON>(_ call: () async throws -> Value) async -> Outcome {
        do {
            return Outcome(values: [try await call().traceableJSON?.compactText ?? "?"])
        } catch {
            return Outcome(error: "\(type(of: error)): \(error)")
        }
    }

    /// Of a call whose answer is a value of the SDK's.
    static func describing<Value>(_ call: () async throws -> Value) async -> Outcome {
        do {
            return Outcome(values: ["\(try await call())"])
        } catch {
            return Outcome(error: "\(type(of: error)): \(error)")
        }
    }

    /// Of a streamed call whose pieces are values of the SDK's.
    static func describingStream<Stream: AsyncSequence>(
        onValue: (Int) -> Bool = { _ in true }, _ call: () async throws -> Stream
    ) async -> Outcome {
        var outcome = Outcome()
        do {
            for try await value in try await call() {
                outcome.values.append("\(value)")
                if !onValue(outcome.values.count) { break }
            }
        } catch {
            outcome.error = "\(type(of: error)): \(error)"
        }
        return outcome
    }

    /// Of a streamed call; `onValue` is called after each value with how many there are.
    static func ofStream<Stream: AsyncSequence>(
        onValue: (Int) -> Bool = { _ in true }, _ call: () async throws -> Stream
    ) async -> Outcome where Stream.Element: TraceableJSON {
        var outcome = Outcome()
        do {
            for try await value in try await call() {
                outcome.values.append(value.traceableJSON?.compactText ?? "?")
                if !onValue(outcome.values.count) { break }
            }
        } catch {
            outcome.error = "\(type(of: error)): \(error)"
        }
        return outcome
    }
}

/// The cases that every wrapper is put through.
enum Situation: String, CaseIterable, Sendable {
    case plain, tools, twoTools, cached, unauthorized, limited, broken, cut

    var text: String {
        switch self {
        case .plain, .tools, .unauthorized: "Hello there Fallom 🚀"
        case .twoTools: "[two tools] go"
        case .cached: "[cached] a b c d e f"
        case .limited: "[error:429] please"
        case .broken: "[error:500] please"
        case .cut: "[cut] one two three four five six"
        }
    }

    var hasTools: Bool { self == .tools || self == .twoTools }
    var key: String { self == .unauthorized ? "bad-key" : "good-key" }
    var status: Int? {
        switch self {
        case .unauthorized: 401
        case .limited: 429
        case .broken: 500
        default: nil
        }
    }
}
