import ClickHouseStore
import Console

extension Notice {
    /// What did not work, and what to do where that is known.
    init(telling error: any Error) {
        self.init(Self.words(error), .problem)
    }

    /// A sentence for what did not work.
    static func words(_ error: any Error) -> String {
        // These say what to do before where it was.
        if error is ClickHouseError { return "\(error)" }
        let failure = CommandFailure(explaining: error)
        return failure.message + (failure.hint.map { ". " + $0 } ?? "")
    }
}
