#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// This process and others.
public enum Processes {
    /// The id of this process.
    public static var ownID: Int32 { getpid() }
    /// The user of this process.
    public static var userID: UInt32 { getuid() }

    /// Whether a process of that id runs.
    public static func isRunning(_ id: Int32) -> Bool {
        id > 0 && (kill(id, 0) == 0 || errno == EPERM)
    }

    /// Whether this process is among those that a terminal on standard input sends its signals to.
    public static var isInForeground: Bool { tcgetpgrp(0) == getpgrp() }

    /// The name of this machine; empty where it has none.
    public static var machineName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// A variable of the environment.
    public static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// When a process began, in clock ticks since boot, as `/proc` has it; `nil` where the system does not tell. Ids are
    /// used again; an id and a beginning are not.
    public static func beginning(of id: Int32) -> String? {
        // No file of /proc has a size: it is read until its end.
        guard let bytes = try? Descriptor.open("/proc/\(id)/stat", for: .reading).readToEnd(limit: 4096),
            let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        // The name, in brackets, may hold anything; the beginning is the twentieth field behind it.
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        return fields.count > 19 ? String(decoding: fields[19], as: UTF8.self) : nil
    }
}

/// How many files and sockets this process may have open at once.
public enum DescriptorLimit {
    /// Raises the limit as far as the system lets this process, and says what it is then.
    ///
    /// The usual 1024 are for programs that wait with `select`, which knows no higher descriptor; this one does not. A
    /// folder of a thousand files would take them all, and leave none for connections and the store.
    public static func raised() -> Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        var highest = limit
        highest.rlim_cur = limit.rlim_max
        if setrlimit(resource, &highest) == 0 { limit = highest }
        return Int(clamping: limit.rlim_cur)
    }

    /// What of a limit may go to files that are followed: the rest is for connections, the store and the system.
    public static func forFiles(of limit: Int) -> Int { limit - min(limit / 2, 1024) }

    #if canImport(Glibc)
    private static var resource: __rlimit_resource_t { .init(RLIMIT_NOFILE.rawValue) }
    #else
    private static var resource: Int32 { Int32(RLIMIT_NOFILE) }
    #endif
}
