import Cells

extension Array {
    /// The columns a person has chosen, in their order, of which those further right are left out first where there is no
    /// room; without a choice all of them as they are.
    func chosen<ID>(_ names: [String]?) -> [Column<ID>]
    where Element == Column<ID>, ID: RawRepresentable, ID.RawValue == String {
        guard let names else { return self }
        let columns = names.compactMap { name in first { $0.id.rawValue == name } }
        guard !columns.isEmpty else { return self }
        return columns.enumerated().map { place, column in
            Column(
                column.id, column.title, column.alignment, least: column.least, most: column.most, rank: place,
                gap: column.gap)
        }
    }

    /// The columns by the names that the settings have for them.
    func table<ID>(_ name: String, titles: [String: String] = [:]) -> ColumnTable
    where Element == Column<ID>, ID: RawRepresentable, ID.RawValue == String {
        ColumnTable(
            name: name,
            columns: map { ($0.id.rawValue, titles[$0.id.rawValue] ?? $0.title.lowercased()) },
            standard: map(\.id.rawValue))
    }
}
