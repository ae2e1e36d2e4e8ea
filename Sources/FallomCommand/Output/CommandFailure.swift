import Cells
import ClickHouseStore
import Glibc
import SystemCalls
import TraceStore

/// Why a command ended without doing what it was asked, in words for the person who asked.
struct CommandFailure: Error, Hashable {
    /// What happened, with the file, line, column or field where it did.
    var message: String
    /// What to do next.
    var hint: String?
    /// The exit status: 1, or 64 for a mistake on the command line.
    var status: Int32

    init(_ message: String, hint: String? = nil, status: Int32 = 1) {
        self.message = message
        self.hint = hint
        self.status = status
    }

    /// A mistake on the command line.
    static func usage(_ message: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(message, hint: hint, status: EX_USAGE)
    }

    /// The text for standard error, ending with a newline. What it quotes (keys, paths, what others wrote) is harmless.
    var report: String {
        var text = "fallom: \(harmlessLines(message))\n"
        if let hint { text += "  \(harmlessLines(hint))\n" }
        return text
    }
}

extension CommandFailure {
    /// The failure that an error of another module means to the person at the terminal.
    init(explaining error: any Error) {
        if let failure = error as? CommandFailure {
            self = failure
        } else if let error = error as? StoreError {
            self.init("\(error.path): \(error.message)", hint: error.advice)
        } else if let error = error as? ClickHouseError {
            self.init("\(error.path): \(error.message)", hint: error.advice)
        } else {
            self.init(String(describing: error))
        }
    }

    /// The failure of a system call on a file.
    static func system(_ action: String, _ path: String, _ error: SystemError) -> CommandFailure {
        CommandFailure("\(action) \(path): \(error)")
    }
}
