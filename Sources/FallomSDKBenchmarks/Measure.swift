import Fallom

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension FallomSDKBenchmarks {
    /// The median of nine rounds in nanoseconds of the calling thread's CPU time: on a busy machine the wall clock
    /// counts other people's work. `settle` runs untimed after every thousand.
    static func median(
        _ name: String, _ count: Int, settle: () async -> Void = {}, _ body: (Int) async throws -> Void
    ) async throws -> Double {
        var rounds: [Double] = []
        for _ in 0..<9 {
            var total: Int64 = 0
            for start in stride(from: 0, to: count, by: 1000) {
                let before = threadTime()
                for index in start..<start + 1000 { try await body(index) }
                total += threadTime() - before
                await settle()
            }
            rounds.append(Double(total) / Double(count))
        }
        rounds.sort()
        print("\(name): \(rounded(rounds[4])) ns (\(rounded(rounds[0]))-\(rounded(rounds[8])))")
        return rounds[4]
    }

    static func threadTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func now() -> Int64 { TimeSource.system.monotonicNanoseconds() }
    static func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}

/// MD5 of the system's libcrypto, where it is installed.
struct SystemMD5 {
    private typealias Function =
        @convention(c) (UnsafeRawPointer?, Int, UnsafeMutablePointer<UInt8>?) -> UnsafeMutablePointer<UInt8>?
    private let function: Function

    init?() {
        guard let library = dlopen("libcrypto.so.3", RTLD_NOW), let symbol = dlsym(library, "MD5") else { return nil }
        // MD5(const unsigned char *, size_t, unsigned char *), as openssl/md5.h declares it.
        function = unsafeBitCast(symbol, to: Function.self)
    }

    func hash(_ text: String) {
        var text = text
        var digest = [UInt8](repeating: 0, count: 16)
        text.withUTF8 { bytes in _ = function(bytes.baseAddress, bytes.count, &digest) }
    }
}
