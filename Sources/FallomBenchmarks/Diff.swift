import Glibc
import Prompts
import SystemCalls

/// How long the diff of two prompts takes, beside `git diff --histogram` on the same two files.
let diffBenchmark = Benchmark(
    name: "diff", help: "diff of 10,000 lines against 10,000: edited prose, all lines different, lines of one character"
) { arguments in
    let count = arguments.first.flatMap { Int($0) } ?? 10_000
    for pair in TextPair.all(lines: count) { try DiffTiming(pair).run() }
}

/// Two texts to compare.
private struct TextPair {
    var name: String
    var old: String
    var new: String

    private static let words =
        "answer the customer in their own language and keep every reply short unless a table says more about a refund"
        .split(separator: " ").map(String.init)

    static func all(lines count: Int) -> [TextPair] {
        var dice = SystemRandomNumberGenerator()
        func line() -> String { (0..<12).map { _ in words.randomElement(using: &dice) ?? "" }.joined(separator: " ") }
        let old = (0..<count).map { "\($0 % 97) " + line() }
        var edited = old
        for place in stride(from: 7, to: count, by: 20) {
            switch place / 20 % 3 {
            case 0: edited[place] += " please"
            case 1: edited[place] = line()
            default: edited.insert(line(), at: place)
            }
        }
        let different = (0..<count).map { "other \($0) " + line() }
        let letters = (0..<count).map { _ in "abcdefgh".randomElement(using: &dice).map(String.init) ?? "" }
        return [
            TextPair(name: "prose, one line in twenty edited", old: joined(old), new: joined(edited)),
            TextPair(name: "all lines different", old: joined(old), new: joined(different)),
            TextPair(name: "lines of one character, shuffled", old: joined(letters), new: joined(letters.shuffled())),
            TextPair(name: "the same text", old: joined(old), new: joined(old)),
        ]
    }

    private static func joined(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }
}

private struct DiffTiming {
    let pair: TextPair

    init(_ pair: TextPair) { self.pair = pair }

    func run() throws {
        var own: [Double] = []
        var isCoarse = false
        for _ in 0..<9 {
            let start = Self.seconds()
            let diff = TextDiff(old: pair.old, new: pair.new)
            own.append(Self.seconds() - start)
            isCoarse = diff.isCoarse
        }
        let milliseconds = Measure.median(own) * 1_000
        var line = "\(Measure.padded(pair.name, 36)) \(Measure.rounded(milliseconds)) ms" + (isCoarse ? ", coarse" : "")
        if let git = git() {
            line += "   git \(Measure.rounded(git * 1_000)) ms, \(Measure.rounded(git / (milliseconds / 1_000)))x"
        }
        print(line)
    }

    /// The median time of `git diff`, its start included; `nil` where there is no git.
    private func git() -> Double? {
        guard let folder = try? Files.makeTemporaryFolder("/tmp/fallom-diff-") else { return nil }
        defer { try? Files.removeTree(folder) }
        guard write(pair.old, "\(folder)/old"), write(pair.new, "\(folder)/new") else { return nil }
        var times: [Double] = []
        for _ in 0..<5 {
            let start = Self.seconds()
            let status = system(
                "git diff --no-index --histogram --word-diff=porcelain \(folder)/old \(folder)/new >/dev/null 2>&1")
            guard status >= 0, status >> 8 <= 1 else { return nil }
            times.append(Self.seconds() - start)
        }
        return Measure.median(times)
    }

    private func write(_ text: String, _ path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        defer { fclose(file) }
        return fputs(text, file) >= 0
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
