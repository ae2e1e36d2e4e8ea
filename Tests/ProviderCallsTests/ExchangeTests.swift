import OrderedJSON
import Testing
import TraceModel

@testable import ProviderCalls

@Suite struct ExchangeTests {
    @Test func `all situations are there`() { #expect(Exchange.all.count == 68) }

    @Test(arguments: Exchange.all) func `a call says what the exchange was`(_ exchange: Exchange) throws {
        let call = exchange.call(exchange.pieces)
        guard !exchange.expected.isNull else {
            #expect(call == nil)
            return
        }
        for (name, problem) in Facts(try #require(call)).differences(exchange.expected) {
            Issue.record("\(exchange.name): \(name): \(problem)")
        }
    }

    @Test(arguments: Exchange.all) func `a call is the same wherever its bytes are cut`(_ exchange: Exchange) throws {
        let bytes = exchange.pieces.flatMap(\.self)
        guard let whole = exchange.call(exchange.pieces) else { return }
        let expected = Facts(whole)
        let byByte = try #require(exchange.call(bytes.map { [$0] }))
        #expect(Facts(byByte) == expected)
        // Where it begins, forms are told apart; further on, one cut is like another.
        for place in bytes.indices.dropFirst().prefix(80) + bytes.indices.suffix(20) {
            let cut = exchange.call([Array(bytes[..<place]), Array(bytes[place...])])
            #expect(cut.map(Facts.init) == expected, "cut at \(place)")
        }
    }

    @Test(arguments: Exchange.all.filter { !$0.expected.isNull && $0.status == 200 && !$0.isCut })
    func `a stream that ends anywhere says that it is not whole, or is`(_ exchange: Exchange) throws {
        let bytes = exchange.pieces.flatMap(\.self)
        let whole = try #require(exchange.call(exchange.pieces))
        guard whole.captured.isStreaming == true, whole.failure == nil else { return }
        for place in stride(from: 0, to: bytes.count / 2, by: 41) {
            let call = try #require(exchange.call([Array(bytes[..<place])]))
            #expect(call.failure != nil || call.captured.finishReason != nil, "ended at \(place)")
        }
    }
}

/// A call's facts under the names of `spans --json`.
struct Facts: Equatable {
    var members: [String: JSONValue] = [:]

    init(_ call: ProviderCall) {
        let said = RecordAttributes(
            .init(
                method: call.name, model: call.request.model, provider: call.request.provider,
                baseURL: call.request.baseURL, isStreaming: call.request.isStreaming, duration: 0, firstToken: nil),
            call.captured, call.ending, capturesContent: true
        ) { RecordAttributes.Note(message: "\($0)", type: "\(type(of: $0))") }
        let captured = call.captured
        members["kind"] = .string(call.kind.rawValue)
        members["status"] = said.isError ? "error" : "ok"
        members["is_streaming"] = .bool(said.isStreaming)
        members["error_message"] = said.errorMessage.map(JSONValue.string)
        members["model"] = said.model.map(JSONValue.string)
        members["output_text"] = captured.response?["text"]
        members["finish_reason"] = captured.finishReason.map { $0 == "tool_calls" ? "tool_call" : .string($0) }
        members["tool_calls"] = .array(captured.toolCalls.map { .string($0.name) })
        members["tool_arguments"] = .array(captured.toolCalls.map { .string($0.arguments) })
        members["cost_usd"] = captured.cost.map(JSONValue.number)
        let tokens = captured.tokens
        members["prompt_tokens"] = tokens?.prompt.map { .number($0) }
        members["completion_tokens"] = tokens?.completion.map { .number($0) }
        members["cached_tokens"] = tokens?.cached.map { .number($0) }
        members["cache_write_tokens"] = tokens?.cacheWrite.map { .number($0) }
        members["reasoning_tokens"] = tokens?.reasoning.map { .number($0) }
    }

    /// What differs from an exchange's `expect`, by its rules (Tests/Support/exchanges.py).
    func differences(_ expected: JSONValue) -> [(String, String)] {
        (expected.object ?? []).compactMap { member in
            let name = member.name
            let got = members[name.hasSuffix("~") || name.hasSuffix("!") ? String(name.dropLast()) : name]
            let isRight: Bool
            if name == "output_contains" {
                let text = members["output_text"]?.string ?? ""
                isRight = (member.value.array ?? []).allSatisfy { text.contains($0.string ?? "?") }
            } else if name.hasSuffix("~") {
                isRight = got?.string?.contains(member.value.string ?? "?") == true
            } else if name.hasSuffix("!") {
                isRight = got?.string?.contains(member.value.string ?? "?") != true
            } else if let number = member.value.double {
                isRight = got?.double.map { abs($0 - number) < 1e-9 } ?? false
            } else {
                isRight = got ?? .null == member.value
            }
            return isRight ? nil : (name, "\(got?.compactText ?? "nothing"), expected \(member.value.compactText)")
        }
    }
}
