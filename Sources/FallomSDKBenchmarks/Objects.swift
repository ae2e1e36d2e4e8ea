import Fallom
import OrderedJSON

extension FallomSDKBenchmarks {
    /// A model that writes a text in pieces.
    private struct Writer: LanguageModel {
        let pieces: [String]
        var provider: String { "bench" }
        var modelID: String { "writer" }

        func generate(_ call: ModelCall) async throws -> ModelReply {
            ModelReply(text: pieces.joined(), end: ModelEnd(finishReason: "stop"))
        }

        func stream(_ call: ModelCall) async throws -> ModelStream {
            ModelStream(
                AsyncStream { continuation in
                    for piece in pieces { continuation.yield(ModelPart.text(piece)) }
                    continuation.yield(.finish(ModelEnd(finishReason: "stop")))
                    continuation.finish()
                })
        }
    }

    /// How long objects take that a model streams in pieces of 100 bytes: each state is looked at and let go, as a screen
    /// does. Twice the size should take twice the time.
    static func objects() async throws {
        let word = "a value of some length, as models write them; "
        for kilobytes in [256, 512, 1024] {
            let one: JSON = ["text": .string(String(repeating: word, count: kilobytes * 1024 / word.utf8.count))]
            let many: JSON = [
                "list": .array((0..<kilobytes * 14).map { ["id": .number($0), "text": .string(word)] })
            ]
            for (name, object) in [("one text", one), ("many members", many)] {
                let bytes = object.compactBytes
                let pieces = stride(from: 0, to: bytes.count, by: 100).map {
                    String(decoding: bytes[$0..<min($0 + 100, bytes.count)], as: UTF8.self)
                }
                let stream = try await AI().streamObject(
                    model: Writer(pieces: pieces), prompt: "go", schema: NamedSchema(schema: ["type": "object"]))
                let start = now()
                var states = 0
                for try await state in stream where state.object != nil { states += 1 }
                print(
                    "\(name), \(bytes.count / 1024) KB in \(pieces.count) pieces: \(states) states, "
                        + "\(rounded(Double(now() - start) / 1e6)) ms")
            }
        }
    }
}
