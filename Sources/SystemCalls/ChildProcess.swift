#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program that was started and not waited for yet.
public struct ChildProcess: Sendable {
    /// Its process id.
    public let id: Int32

    /// Starts a program, found on `PATH` where its name has no slash.
    ///
    /// - Parameters:
    ///   - arguments: the first is the name it is told.
    ///   - environment: its variables; this process's own where none are given.
    ///   - input, output, errors: its standard streams; this process's own where none is given.
    public static func start(
        _ program: String, arguments: [String], environment: [String: String]? = nil, input: Descriptor? = nil,
        output: Descriptor? = nil, errors: Descriptor? = nil
    ) throws(SystemError) -> ChildProcess {
        var actions = emptyActions()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (stream, number) in zip([input, output, errors], Int32(0)...) {
            if let stream { posix_spawn_file_actions_adddup2(&actions, stream.number, number) }
        }
        // A program starts with no signal held back or ignored, whatever this one waits for by other means: it could not be
        // ended.
        var attributes = emptyAttributes()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var usual = sigset_t()
        sigemptyset(&usual)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { sigaddset(&usual, number) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        let pointers = copies(arguments)
        defer { for pointer in pointers { free(pointer) } }
        var child = pid_t()
        let code: Int32
        if let environment {
            let variables = copies(environment.map { "\($0)=\($1)" })
            defer { for pointer in variables { free(pointer) } }
            code = posix_spawnp(&child, program, &actions, &attributes, pointers, variables)
        } else {
            code = posix_spawnp(&child, program, &actions, &attributes, pointers, environ)
        }
        guard code == 0 else { throw SystemError(code: code) }
        return ChildProcess(id: child)
    }

    /// Texts as C takes them, with the end that it looks for.
    private static func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }

    /// Sends it a signal.
    public func signal(_ number: Int32) {
        _ = kill(id, number)
    }

    /// What a shell calls the end that `wait` told of: the exit status, or 128 and the number of the signal that ended it.
    public static func exitStatus(of status: Int32) -> Int32 {
        status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    /// Waits until it has ended; its status as `waitpid` tells it, 0 where all went well. Called once.
    public func wait() throws(SystemError) -> Int32 {
        var status: Int32 = 0
        try retrying { waitpid(id, &status, 0) }
        return status
    }

    /// Tells it to end; whoever waits for it learns that it has.
    public func terminate() {
        _ = kill(id, SIGTERM)
    }

    /// Ends it and waits for that.
    public func end() {
        _ = kill(id, SIGTERM)
        _ = try? wait()
    }

    #if canImport(Darwin)
    private static func emptyActions() -> posix_spawn_file_actions_t? { nil }
    private static func emptyAttributes() -> posix_spawnattr_t? { nil }
    #else
    private static func emptyActions() -> posix_spawn_file_actions_t { posix_spawn_file_actions_t() }
    private static func emptyAttributes() -> posix_spawnattr_t { posix_spawnattr_t() }
    #endif
}
