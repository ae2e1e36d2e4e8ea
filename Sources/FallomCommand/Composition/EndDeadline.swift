import Dispatch
import Glibc

/// How long an orderly end may take. A file system that does not answer, or a fault of ours, must not keep a program that
/// was told to end.
struct EndDeadline: Sendable {
    /// Seconds until the end is given up.
    var seconds: Double
    /// What is done then.
    var giveUp: @Sendable () -> Void

    /// Longer than the longest wait for another process's write, with all that was taken stored after it.
    static let standard = EndDeadline(seconds: 30) {
        StandardError.line("not everything came to its end in 30 s: what was acknowledged is stored, the rest is not")
        _exit(1)
    }

    /// Begins to count. The process's end is what stops it; a queue of its own, as every other may be the one that hangs.
    func begin() {
        let giveUp = giveUp
        DispatchQueue(label: "fallom.end").asyncAfter(deadline: .now() + seconds) { giveUp() }
    }
}
