import Glibc

/// Swift's own crash reporter keeps the process alive in a raw terminal while it writes; it is switched off by an
/// environment variable that is read before `main`. So the console starts itself once more with it set.
enum CrashSafety {
    private static let variable = "SWIFT_BACKTRACE"

    /// Starts this program again with the reporter off, unless that was done or the person chose otherwise. Returns only
    /// when there is nothing to do or it cannot be done, which costs no more than an untidy terminal after a crash.
    static func restartOnce(_ environment: ProcessEnvironment) {
        guard environment.variables[variable] == nil else { return }
        setenv(variable, "enable=no", 1)
        var arguments = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
        for argument in arguments { free(argument) }
    }
}
