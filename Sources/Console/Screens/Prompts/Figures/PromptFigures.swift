import Experiments

/// How each version of the selected prompt fares, from the traces, and who was seen to use it.
struct PromptFigures: Sendable {
    var metrics: PromptMetrics?
    var callers = PromptCallers()
    var metricsLoader: Loader
    var callersLoader: Loader

    /// - Parameter firstSlot: the first of the two of the screen's slots that are the figures'.
    init(firstSlot: Int) {
        metricsLoader = Loader(slot: firstSlot)
        callersLoader = Loader(slot: firstSlot + 1)
    }
}
