internal import CPriceTable

extension PriceTable {
    /// The table in the binary: public list prices, each with its source. Read anew at each call;
    /// keep what it gives.
    public static func builtIn() -> PriceTable {
        let bytes = UnsafeRawBufferPointer(start: fallom_price_table(), count: fallom_price_table_size())
        return reading(lines: bytes).table
    }
}
