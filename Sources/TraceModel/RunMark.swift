/// The sign by which calls that were made to try something are told from an app's: their session.
///
/// What a person tries again, and what a run makes of recorded calls, are spans like others; they stay out of lists, sums
/// and results until somebody asks for them (``SpanFilter/withoutRuns``).
public enum RunMark {
    /// Sessions of runs begin so, and no app's does.
    public static let prefix = "fallom:run/"

    /// The session of a run's calls.
    public static func session(of run: String) -> String { prefix + run }

    /// The run that a session belongs to; `nil` for an app's session.
    public static func run(ofSession id: String) -> String? {
        id.utf8.starts(with: prefix.utf8) ? String(decoding: id.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
    }
}

extension SpanFilter {
    /// Whether it says itself which runs, sessions or traces are wanted.
    public var namesRuns: Bool {
        hasCondition { condition in
            switch condition {
            case .text(.run, _), .text(.session, _), .text(.trace, _): true
            default: false
            }
        }
    }

    /// The filter without the spans of runs, unless it says itself what of them is wanted.
    public var withoutRuns: SpanFilter {
        let apart = SpanFilter.not(.text(.run, TextPattern("*")))
        return namesRuns ? self : self == .all ? apart : .and([self, apart])
    }
}
