import SpanCodec
import SystemCalls

/// The filters that were used in consoles, kept for those that come: one a line, the latest last, in a file that is its
/// owner's alone. Several consoles may write it.
struct FilterRecall: Sendable {
    private let path: String
    private let scanner: SecretScanner

    /// Filters that are kept.
    private static let most = 200
    /// Longer ones are not, in bytes.
    private static let longest = 2_000
    /// The file is written anew where it is larger, in bytes.
    private static let largest = 100_000

    init(path: String, scanner: SecretScanner) {
        self.path = path
        self.scanner = scanner
    }

    /// The filters, the latest last; none where there is no such file.
    ///
    /// - Throws: ``CommandFailure`` when there is one that cannot be read.
    func read() throws -> [String] {
        let bytes = try TextFile.bytes(path, mustExist: false) ?? []
        var seen: Set<[UInt8]> = []
        var latest: [String] = []
        for line in bytes.split(separator: 0x0A).reversed() where latest.count < Self.most {
            // Others may have written into it: what the filter line could not hold is left out.
            guard line.count <= Self.longest, line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
                let text = String(validating: line, as: UTF8.self), seen.insert(Array(line)).inserted
            else { continue }
            latest.append(text)
        }
        return latest.reversed()
    }

    /// Keeps a filter, its secrets masked.
    ///
    /// - Throws: ``CommandFailure`` that names the file.
    func keep(_ filter: String) throws {
        let text = scanner.masked(filter).text
        guard !text.isEmpty, text.utf8.count <= Self.longest, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return
        }
        try OutputFile.makeFolder(for: path)
        try CommandFailure.telling("cannot write", path) {
            if FileFacts(at: path).map({ $0.size > Self.largest }) ?? false {
                let kept = ((try? read()) ?? []) + [text]
                try Descriptor.open(path, for: .replacing).writeAll(Self.lines(kept))
            } else {
                try Descriptor.open(path, for: .appending).writeAll(Self.lines([text]))
            }
        }
    }

    private static func lines(_ filters: [String]) -> [UInt8] { filters.flatMap { Array($0.utf8) + [0x0A] } }
}
