import ArgumentParser
import Display
import TraceModel

/// A moment as the filter language writes it: `7d`, `24h`, a date.
struct SinceOption: ExpressibleByArgument {
    /// The moment.
    let moment: Timestamp

    init?(argument: String) {
        let parser = SpanFilterParser(now: .now(), offset: WallClock.local.offset)
        guard case .since(let moment) = try? parser.parse("since:\(argument)") else { return nil }
        self.moment = moment
    }
}
