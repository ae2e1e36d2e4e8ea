internal import Synchronization
internal import TraceModel

/// What the questions asked last came to: to answer them looks at every span, and while one scrolls or sorts, neither
/// question nor store changes.
final class FilterAnswers<Question: Hashable & Sendable, Answer: Sendable>: Sendable {
    private struct Entry {
        var question: Question
        var revision: Int64
        var answer: Answer
    }

    private let entries = Mutex<[Entry]>([])
    private static var kept: Int { 3 }

    /// The answer at that revision, if it is known.
    func answer(to question: Question, revision: Int64) -> Answer? {
        entries.withLock { entries in
            entries.last { $0.revision == revision && $0.question == question }?.answer
        }
    }

    /// Remembers an answer, and forgets the oldest.
    func remember(_ answer: Answer, of question: Question, revision: Int64) {
        entries.withLock { entries in
            entries.removeAll { $0.question == question || $0.revision < revision }
            entries.append(Entry(question: question, revision: revision, answer: answer))
            if entries.count > Self.kept { entries.removeFirst() }
        }
    }
}

/// Which sessions have a span that passes a filter.
typealias SessionMatches = FilterAnswers<SpanFilter, Set<Int64>>
