import Glibc

/// One thing to time.
struct Contender {
    /// What it is called in the table.
    var name: String
    /// Does the work once and gives how many items it did and how many bytes; `nil` when it cannot run here.
    var run: () throws -> (items: Int, bytes: Int)?
    /// Whether it runs as a process of its own, whose CPU time is counted instead of ours.
    var isExternal = false
}

/// Times contenders round robin, so that a noisy machine is noisy for all, and prints medians and ratios.
struct Measure {
    /// How often each contender runs.
    var rounds: Int
    /// What one item is (`spans`).
    var unit: String

    /// Runs only contenders whose name starts so, for a profiler: `FALLOM_BENCHMARK_ONLY`.
    private static let only = getenv("FALLOM_BENCHMARK_ONLY").map { String(cString: $0) }

    /// Runs them all. Ratios are to the contender of that name: how many times as many items a second of CPU time.
    func compare(_ contenders: [Contender], baseline: String) throws {
        var seconds: [[Double]] = contenders.map { _ in [] }
        var amounts = contenders.map { _ in (items: 0, bytes: 0) }
        for round in 0...rounds {
            for (index, contender) in contenders.enumerated() {
                if let only = Self.only, !contender.name.hasPrefix(only) { continue }
                let start = Self.cpuSeconds(ofChildren: contender.isExternal)
                guard let amount = try contender.run() else { continue }
                let used = Self.cpuSeconds(ofChildren: contender.isExternal) - start
                amounts[index] = amount
                // The first round warms caches up and is not counted.
                if round > 0 { seconds[index].append(used) }
            }
        }
        let medians = seconds.map(Self.median)
        guard let base = contenders.firstIndex(where: { $0.name == baseline }) else { return }
        let baseRate = Double(amounts[base].items) / medians[base]
        print(Self.padded("", 44), Self.padded("\(unit)/s", 12), Self.padded("MB/s", 9), "x \(baseline)")
        for (index, contender) in contenders.enumerated() {
            guard !seconds[index].isEmpty else {
                print(Self.padded(contender.name, 44), "cannot run here")
                continue
            }
            let rate = Double(amounts[index].items) / medians[index]
            let megabytes = Double(amounts[index].bytes) / medians[index] / 1e6
            print(
                Self.padded(contender.name, 44), Self.padded("\(Int(rate))", 12), Self.padded("\(Int(megabytes))", 9),
                Self.rounded(rate / baseRate))
        }
    }

    /// CPU seconds this process, or its ended children, have used.
    static func cpuSeconds(ofChildren: Bool) -> Double {
        var usage = rusage()
        // RUSAGE_CHILDREN and RUSAGE_SELF, which are imported as another type than the call takes.
        getrusage(ofChildren ? -1 : 0, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// The middle value; of an even number the lower one.
    static func median(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[(values.count - 1) / 2]
    }

    static func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
