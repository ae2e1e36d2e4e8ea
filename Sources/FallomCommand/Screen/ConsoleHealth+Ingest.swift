import Console
import Ingest

extension ConsoleHealth {
    /// What the bar shows of the ways in.
    init(_ health: Ingest.IngestHealth) {
        self.init(
            sources: health.sources.filter { $0.source.isListener || $0.hasFailed }.map(Source.init),
            dropped: Self.drops(health.sources), passedOver: Self.passedOver(health.sources),
            masked: health.sources.reduce(0) { $0 + $1.masked },
            activity: Self.activity(health.sources))
        if case .listening(let address)? = health.sources.first(where: { $0.source == .http })?.state {
            httpAddress = address
        }
    }

    private static func drops(_ sources: [SourceHealth]) -> [Drop] {
        var drops: [Drop] = []
        func add(_ cause: String, _ count: Int) {
            if count > 0 { drops.append(Drop(cause: cause, count: count)) }
        }
        for cause in DropCause.allCases { add(cause.words, sources.reduce(0) { $0 + ($1.dropped[cause] ?? 0) }) }
        add("by the kernel", sources.reduce(0) { $0 + $1.kernelDrops })
        for cause in RejectionCause.allCases { add(cause.words, sources.reduce(0) { $0 + ($1.rejected[cause] ?? 0) }) }
        return drops
    }

    /// What made no span, most first.
    private static func passedOver(_ sources: [SourceHealth]) -> [Drop] {
        var counts: [String: Int] = [:]
        for source in sources { counts.merge(source.passedOver, uniquingKeysWith: +) }
        return counts.map { Drop(cause: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.cause) < ($0.count, $1.cause) }
    }

    /// How far the files are read that are still being read.
    private static func activity(_ sources: [SourceHealth]) -> String? {
        let reading = sources.filter { !$0.source.isListener && $0.state == .reading }
        guard let first = reading.first else { return nil }
        let name = reading.count == 1 ? first.source.name : "\(reading.count) files"
        let total = reading.reduce(Int64(0)) { $0 + ($1.totalBytes ?? 0) }
        let read = reading.reduce(Int64(0)) { $0 + $1.bytes }
        guard total > 0, reading.allSatisfy({ $0.totalBytes != nil }) else { return "reading \(name)" }
        return "reading \(name) \(min(100, read * 100 / total))%"
    }
}

extension ConsoleHealth.Source {
    fileprivate init(_ health: SourceHealth) {
        let port = health.state.address.flatMap { $0.split(separator: ":").last.map(String.init) }
        let name = health.source.name + (port.map { " " + $0 } ?? "")
        switch health.state {
        case .portTaken: self.init(name: name, state: .failed("in use"))
        case .failed(let reason): self.init(name: name, state: .failed(reason))
        default: self.init(name: name, state: .listening, received: health.received)
        }
    }
}

extension SourceHealth {
    fileprivate var hasFailed: Bool { if case .failed = state { true } else { false } }
}

extension IngestState {
    fileprivate var address: String? {
        switch self {
        case .listening(let address), .portTaken(let address): address
        default: nil
        }
    }
}

extension IngestSource {
    fileprivate var isListener: Bool { self == .http || self == .grpc || self == .udp }

    fileprivate var name: String {
        switch self {
        case .http: "http"
        case .grpc: "grpc"
        case .udp: "udp"
        case .standardInput: "standard input"
        case .proxy: "proxy"
        case .file(let path): path.split(separator: "/").last.map(String.init) ?? path
        }
    }
}

extension DropCause {
    fileprivate var words: String {
        switch self {
        case .queueFull: "queue full"
        case .storeFailed: "not stored"
        case .notRecorded: "calls not recorded"
        case .fileCut: "file cut"
        case .traceFull: "trace full"
        }
    }
}

extension RejectionCause {
    fileprivate var words: String {
        switch self {
        case .undecodable: "unreadable"
        case .tooLong: "too long"
        case .cutDatagram: "cut datagram"
        case .spill: "lost spill file"
        case .request: "refused request"
        case .compression: "broken compression"
        }
    }
}
