import Synchronization

/// An answer's body on its way to whoever reads it first; let go with whoever holds it.
package final class ReadOnce<Element: Sendable>: Sendable {
    private let ahead: ReadAhead<Element>
    private let hasBegun = Atomic<Bool>(false)

    package init(_ ahead: ReadAhead<Element>) { self.ahead = ahead }

    deinit { ahead.letGo() }

    /// The body the first time, then `nil`.
    package func begin() -> ReadAhead<Element>? {
        hasBegun.exchange(true, ordering: .acquiringAndReleasing) ? nil : ahead
    }
}
