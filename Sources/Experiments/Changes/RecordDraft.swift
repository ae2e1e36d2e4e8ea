package import Assignment
package import OrderedJSON

/// A record that is being changed: the version it was begun from, the record as it stands, and every state before it.
package struct RecordDraft<Record: RecordBased>: Sendable {
    /// The version the changes are compared with.
    package let base: Record
    /// The highest version there was when it was begun: later ones are others'.
    package let seen: Int?
    /// The record as it would be saved.
    package private(set) var record: JSONValue
    /// What the record makes; the last good one while the record makes none.
    package private(set) var made: Record
    /// Why the record makes nothing.
    package private(set) var fault: ConfigRecordError?
    private var earlier: [JSONValue] = []
    /// The record that is being saved, until it is known what came of it. In an array, for JSON has a nil of its own.
    private var saving: [JSONValue] = []

    package init(_ base: Record, seen: Int? = nil, record: JSONValue? = nil) {
        self.base = base
        self.seen = seen
        self.record = base.record
        made = base
        if let record { change(to: record) }
    }

    /// Whether it differs from what it was begun from.
    package var isChanged: Bool { record != base.record }
    /// Whether a save is on its way.
    package var isSaving: Bool { !saving.isEmpty }
    /// Whether there is a change to take back.
    package var canUndo: Bool { !earlier.isEmpty }

    /// Puts another record in place, as one step of undo.
    package mutating func change(to new: JSONValue) {
        guard new != record else { return }
        earlier.append(record)
        take(new)
    }

    /// The record is on its way to the disk, or that failed.
    package mutating func noteSaving(_ isSaving: Bool) { saving = isSaving ? [record] : [] }

    /// What is left to save when the record that was sent became a version: what was changed since, begun from that version.
    ///
    /// - Returns: `nil` when nothing was.
    package func rest(savedAs version: Int) -> RecordDraft? {
        guard let sent = saving.first, record != sent else { return nil }
        let saved = sent.setting("key", .string(base.key)).setting("version", .number(version))
        let left = record.setting("key", .string(base.key)).setting("version", .number(version))
        return (try? Record(record: saved)).map { RecordDraft($0, seen: version, record: left) }
    }

    package mutating func undo() {
        if let last = earlier.popLast() { take(last) }
    }

    private mutating func take(_ new: JSONValue) {
        record = new
        do throws(ConfigRecordError) {
            made = try Record(record: new)
            fault = nil
        } catch {
            fault = error
        }
    }
}

// MARK: - Changes

extension RecordDraft {
    package mutating func setWeight(ofVariant index: Int, to text: String) {
        let number = (try? JSONValue(parsing: Array(text.utf8))).flatMap { $0.number.map(JSONValue.number) }
        changeVariant(index) { $0.setting("weight", number ?? .string(text)) }
    }

    /// Adds to a weight that is a number; whole ones stay whole, and binary fractions leave no digits of their own.
    package mutating func addToWeight(ofVariant index: Int, _ step: Int) {
        let weights = made.weights
        guard weights.indices.contains(index), let percent = weights[index].percent else { return }
        let sum = max(0, ((percent + Double(step)) * 1e6).rounded() / 1e6)
        changeVariant(index) { $0.setting("weight", Int(exactly: sum).map { .number($0) } ?? .number(sum)) }
    }

    /// Gives each variant the same weight; what does not divide goes to the first ones.
    package mutating func divideEvenly() {
        let count = made.weights.count
        guard count > 0 else { return }
        let (each, rest) = 100.quotientAndRemainder(dividingBy: count)
        setWeights((0..<count).map { .number(each + ($0 < rest ? 1 : 0)) })
    }

    /// Puts weights in the place of all of them, as one step of undo.
    package mutating func setWeights(_ weights: [JSONValue]) {
        func set(_ index: Int, _ variant: JSONValue) -> JSONValue {
            weights.indices.contains(index) ? variant.setting("weight", weights[index]) : variant
        }
        switch record["variants"] {
        case .array(let items)?:
            change(to: record.setting("variants", .array(items.enumerated().map { set($0, $1) })))
        case .object(var members)?:
            for index in members.indices { members[index].value = set(index, members[index].value) }
            change(to: record.setting("variants", .object(members)))
        default: break
        }
    }

    package mutating func changeVariant(_ index: Int, _ body: (JSONValue) -> JSONValue) {
        switch record["variants"] {
        case .array(var items)? where items.indices.contains(index):
            items[index] = body(items[index])
            change(to: record.setting("variants", .array(items)))
        case .object(var members)? where members.indices.contains(index):
            members[index].value = body(members[index].value)
            change(to: record.setting("variants", .object(members)))
        default: break
        }
    }
}
