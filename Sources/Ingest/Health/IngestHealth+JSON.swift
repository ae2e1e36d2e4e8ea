internal import OrderedJSON

extension IngestHealth {
    /// The answer to `GET /health`: what came through each way in, as `doctor` asks for it.
    var json: [UInt8] {
        JSONValue.object([
            "sources": .array(sources.map(\.json)), "revision": .number(Int(revision)), "commits": .number(commits),
        ]).compactBytes
    }
}

extension SourceHealth {
    fileprivate var json: JSONValue {
        func counts(_ values: some Sequence<(String, Int)>) -> JSONValue {
            .object(values.sorted { $0.0 < $1.0 }.map { JSONMember($0.0, .number($0.1)) })
        }
        return .object([
            "source": .string(source.word), "received": .number(received), "stored": .number(stored),
            "replaced": .number(replaced), "masked": .number(masked),
            "rejected": counts(rejected.map { ($0.key.rawValue, $0.value) }),
            "dropped": counts(dropped.map { ($0.key.rawValue, $0.value) }), "kernel_drops": .number(kernelDrops),
            "passed_over": counts(passedOver.map { ($0.key, $0.value) }),
            "last_error": lastError.map(JSONValue.string) ?? .null,
        ])
    }
}

extension IngestSource {
    fileprivate var word: String {
        switch self {
        case .http: "http"
        case .grpc: "grpc"
        case .udp: "udp"
        case .file(let path): path
        case .standardInput: "-"
        case .proxy: "proxy"
        }
    }
}
