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
    var report: String { report(columns: nil) }

    /// The same for a terminal of so many columns: its lines end between words.
    func report(columns: Int?) -> String {
        let lines = ["fallom: \(harmlessLines(message))"] + (hint.map { ["  \(harmlessLines($0))"] } ?? [])
        return lines.map { line in (columns.map { Self.broken(line, at: max(20, $0)) } ?? line) + "\n" }.joined()
    }

    /// Broken at spaces alone, and further in: what is longer, an address or a command's word, stays one to be copied.
    private static func broken(_ text: String, at width: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let indent = line.prefix { $0 == " " }
            var (whole, used) = (String(indent), indent.count)
            for word in line.dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false) {
                let wide = displayWidth(of: word)
                let isFirst = whole.allSatisfy { $0 == " " }
                if !isFirst, used + 1 + wide > width {
                    whole += "\n  " + word
                    used = 2 + wide
                } else {
                    whole += (isFirst ? "" : " ") + word
                    used += (isFirst ? 0 : 1) + wide
                }
            }
            return whole
        }.joined(separator: "\n")
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

    /// Does something with a file; where a system call fails, it is that failure.
    static func telling<Value>(_ action: String, _ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as SystemError {
            throw system(action, path, error)
        }
    }
}
