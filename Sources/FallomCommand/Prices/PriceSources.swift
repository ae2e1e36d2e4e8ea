import Pricing

/// Where prices come from, the first that knows a model first: the workspace's `prices.yaml`, the user's, what was imported,
/// the table in the binary.
struct PriceSources: Sendable {
    let files: [String]
    /// The one that must be there.
    private let named: String?

    init(_ settings: Settings) {
        files = settings.priceFiles
        named = settings.namedPriceFile
    }

    /// The layers of the files that are there.
    ///
    /// - Throws: ``CommandFailure`` for a file that cannot be read, with the line of the first mistake.
    func layers() throws -> [PriceBook.Layer] {
        try files.compactMap { path in
            guard let bytes = try TextFile.bytes(path, mustExist: path == named) else { return nil }
            return PriceBook.Layer(source: path, table: try Self.table(bytes, path: path))
        }
    }

    /// All prices.
    func book() throws -> PriceBook {
        PriceBook(layers: try layers() + [Self.builtIn()])
    }

    /// Fills in costs. Mistakes in files are told now, the table in the binary is read when a price is first asked for.
    func pricer() throws -> Pricer {
        let layers = try layers()
        return Pricer { PriceBook(layers: layers + [Self.builtIn()]) }
    }

    static func builtIn() -> PriceBook.Layer {
        PriceBook.Layer(source: "built in", table: .builtIn())
    }

    private static func table(_ bytes: [UInt8], path: String) throws -> PriceTable {
        if path.hasSuffix(".ndjson") {
            let read = bytes.withUnsafeBytes { PriceTable.reading(lines: $0) }
            guard let problem = read.problems.first else { return read.table }
            throw CommandFailure(
                "\(path):\(problem.place): \(problem.message)",
                hint: "Import the list anew with 'fallom prices import FILE', or remove the file.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(path) is not UTF-8 text")
        }
        do {
            return PriceTable(prices: try PriceFile.prices(yaml: text, path: path))
        } catch let mistake as ConfigurationMistake {
            throw CommandFailure(
                "\(mistake.path):\(mistake.line):\(mistake.column): \(mistake.message)",
                hint: "Correct the file, or move it away; 'fallom help prices' shows the form.")
        }
    }
}
