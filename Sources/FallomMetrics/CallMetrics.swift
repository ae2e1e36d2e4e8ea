#if Metrics
public import CoreMetrics
public import Fallom
import OrderedJSON
import SpanCodec
import Synchronization
import TraceModel

/// What model calls take, as metrics of the GenAI conventions through swift-metrics: `gen_ai.client.token.usage` (a
/// distribution of tokens, input and output apart) and `gen_ai.client.operation.duration` (a timer), by operation, provider,
/// models and kind of error.
///
/// ```swift
/// var options = FallomOptions()
/// options.recordMetrics()
/// let fallom = try FallomClient(options)
/// ```
///
/// Every call counts, of sessions that are not sent (``Fallom/FallomOptions/sessionShare``) too; nothing of what was said is
/// in them.
public final class CallMetrics: Sendable {
    private struct Name: Hashable {
        var operation: String
        var provider: String
        var requestModel: String?
        var responseModel: String?
        var errorType: String?

        /// The conventions' dimensions.
        var dimensions: [(String, String)] {
            var all = [("gen_ai.operation.name", operation), ("gen_ai.provider.name", provider)]
            if let requestModel { all.append(("gen_ai.request.model", requestModel)) }
            if let responseModel { all.append(("gen_ai.response.model", responseModel)) }
            return all
        }
    }

    private struct Instruments {
        let duration: Timer
        let input: Recorder
        let output: Recorder
    }

    /// Names that are kept apart. Answers name their models themselves: whoever makes up ever new ones must not fill the
    /// memory.
    private static let mostNames = 1000

    private let factory: any MetricsFactory
    private let instruments = Mutex<[Name: Instruments]>([:])

    /// Makes one.
    ///
    /// - Parameter factory: where the figures go.
    public init(factory: any MetricsFactory) { self.factory = factory }

    /// Counts a finished span, if it is a call of a model.
    public func record(_ span: SpanRecord) {
        let span = span.record
        guard let name = Self.name(of: span), let duration = span.durationMilliseconds else { return }
        let instruments = instruments(name)
        instruments.duration.recordNanoseconds(Int64(clamping: duration * 1e6))
        if let tokens = span.figure("gen_ai.usage.input_tokens") { instruments.input.record(tokens) }
        if let tokens = span.figure("gen_ai.usage.output_tokens") { instruments.output.record(tokens) }
    }

    private static func name(of span: FallomRecord) -> Name? {
        let operation: String
        switch span.kind {
        case .embedding: operation = "embeddings"
        case .llm:
            switch span.text("fallom.method") {
            case "generateContent": operation = "generate_content"
            case "completions.create", "generate": operation = "text_completion"
            default: operation = "chat"
            }
        default: return nil
        }
        return Name(
            operation: operation,
            provider: span.text("fallom.provider") ?? span.text("gen_ai.provider.name") ?? "_OTHER",
            requestModel: span.text("gen_ai.request.model"),
            responseModel: span.text("gen_ai.response.model") ?? span.model,
            errorType: span.isError ? span.text("error.type") ?? "_OTHER" : nil)
    }

    private func instruments(_ name: Name) -> Instruments {
        instruments.withLock { known in
            if let found = known[name] { return found }
            var name = name
            if known.count >= Self.mostNames {
                name.responseModel = "_OTHER"
                name.requestModel = "_OTHER"
                if let found = known[name] { return found }
            }
            let made = make(name)
            known[name] = made
            return made
        }
    }

    private func make(_ name: Name) -> Instruments {
        let dimensions = name.dimensions
        let failure = name.errorType.map { [("error.type", $0)] } ?? []
        func tokens(_ type: String) -> Recorder {
            Recorder(
                label: "gen_ai.client.token.usage", dimensions: dimensions + [("gen_ai.token.type", type)],
                aggregate: true, factory: factory)
        }
        return Instruments(
            duration: Timer(
                label: "gen_ai.client.operation.duration", dimensions: dimensions + failure,
                preferredDisplayUnit: .seconds, factory: factory),
            input: tokens("input"), output: tokens("output"))
    }
}

extension FallomOptions {
    /// Has every model call counted by ``CallMetrics``.
    ///
    /// - Parameter factory: where the figures go; `nil` for what `MetricsSystem` was bootstrapped with.
    public mutating func recordMetrics(to factory: (any MetricsFactory)? = nil) {
        let metrics = CallMetrics(factory: factory ?? MetricsSystem.factory)
        observers.append { metrics.record($0) }
    }
}

extension FallomRecord {
    fileprivate func text(_ name: String) -> String? { attributes.last { $0.name == name }?.value.string }
    fileprivate func figure(_ name: String) -> Int64? { attributes.last { $0.name == name }?.value.int.map(Int64.init) }
}

extension Int64 {
    fileprivate init(clamping value: Double) {
        self = value >= 9e18 ? .max : value <= 0 ? 0 : Int64(value)
    }
}
#endif
