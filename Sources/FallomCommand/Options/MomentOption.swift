import ArgumentParser
import TraceModel

/// A moment: ISO 8601 with a zone, a date, or so long ago (`7d`).
struct MomentOption: ExpressibleByArgument {
    /// The moment.
    let moment: Timestamp

    init?(argument: String) {
        guard let moment = ISO8601.parse(argument) ?? SinceOption(argument: argument)?.moment else { return nil }
        self.moment = moment
    }
}
