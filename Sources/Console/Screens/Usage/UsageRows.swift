import Cells
import TraceModel

/// The groups as rows: those of the first field, each with its parts by the second field below it while it is unfolded.
struct UsageRows: Sendable {
    /// A row of the list.
    struct Row: Hashable, Sendable {
        var group: UsageRow
        /// Whether it is a part of the group above it.
        var isPart: Bool
        /// Whether its parts are shown.
        var isUnfolded: Bool
    }

    /// The rows that are shown.
    private(set) var rows: [Row] = []
    private var groups: [UsageRow] = []
    private var parts: [String?: [UsageRow]] = [:]
    /// The first field's values whose parts are shown.
    private(set) var unfolded: Set<String?> = []
    private(set) var sort = UsageFigure.cost
    private(set) var isDescending = true

    /// The largest value of the figure among the groups: what a full bar stands for.
    private(set) var largest = 0.0

    /// Columns of the longest value that is shown.
    private(set) var longestValue = 0

    /// Whether nothing is summed.
    var isEmpty: Bool { groups.isEmpty }

    mutating func put(groups: [UsageRow]) {
        self.groups = groups
        arrange()
    }

    mutating func put(parts rows: [UsageRow]) {
        parts = Dictionary(grouping: rows) { $0.values.first ?? nil }
        arrange()
    }

    /// Forgets the parts: they are by another field now.
    mutating func forgetParts() {
        parts = [:]
        unfolded = []
        arrange()
    }

    mutating func sort(by figure: UsageFigure) {
        isDescending = figure == sort ? !isDescending : true
        sort = figure
        arrange()
    }

    mutating func reverse() { sort(by: sort) }

    mutating func fold(_ value: String?, isUnfolded: Bool) {
        if isUnfolded { unfolded.insert(value) } else { unfolded.remove(value) }
        arrange()
    }

    private mutating func arrange() {
        largest = groups.compactMap { sort.value($0.figures) }.max() ?? 0
        defer { longestValue = rows.lazy.map { displayWidth(of: ($0.group.values.last ?? nil) ?? "") }.max() ?? 0 }
        rows = sorted(groups).flatMap { group -> [Row] in
            let value = group.values.first ?? nil
            let isUnfolded = unfolded.contains(value)
            let below = isUnfolded ? sorted(parts[value] ?? []) : []
            return [Row(group: group, isPart: false, isUnfolded: isUnfolded)]
                + below.map { Row(group: $0, isPart: true, isUnfolded: false) }
        }
    }

    /// By the figure, what is not known last either way; equal ones in the order of the report.
    private func sorted(_ rows: [UsageRow]) -> [UsageRow] {
        rows.enumerated().sorted { left, right in
            switch (sort.value(left.element.figures), sort.value(right.element.figures)) {
            case (let first?, let second?) where first != second: isDescending ? first > second : first < second
            case (nil, _?): false
            case (_?, nil): true
            default: left.offset < right.offset
            }
        }.map(\.element)
    }
}

extension UsageField {
    /// The filter's condition for a value of the field; `nil` where the language has none.
    func condition(_ value: String?) -> String? {
        let field: String
        switch self {
        case .tool:
            return value.map { "kind:tool " + FilterText.condition("name", $0) } ?? "-kind:tool"
        case .dialect: return nil
        case .error: return value.map { FilterText.condition("error", $0) } ?? "-error:*"
        default: field = name
        }
        return value.map { FilterText.condition(field, $0) } ?? "-\(field):*"
    }
}
