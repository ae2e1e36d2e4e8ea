import Assignment
import OrderedJSON

/// A config that is being changed: the version it was begun from, the record as it stands, and every state before it.
struct ConfigDraft: Sendable {
    /// The version the changes are compared with.
    let base: ModelConfig
    /// The record as it would be saved.
    private(set) var record: JSONValue
    /// The config the record makes; the last good one while the record makes none.
    private(set) var config: ModelConfig
    /// Why the record makes no config.
    private(set) var fault: ConfigRecordError?
    private var earlier: [JSONValue] = []

    init(_ base: ModelConfig, record: JSONValue? = nil) {
        self.base = base
        self.record = base.record
        config = base
        if let record { change(to: record) }
    }

    /// Whether it differs from what it was begun from.
    var isChanged: Bool { record != base.record }
    /// Whether there is a change to take back.
    var canUndo: Bool { !earlier.isEmpty }

    /// Puts another record in place, as one step of undo.
    mutating func change(to new: JSONValue) {
        guard new != record else { return }
        earlier.append(record)
        take(new)
    }

    mutating func undo() {
        if let last = earlier.popLast() { take(last) }
    }

    private mutating func take(_ new: JSONValue) {
        record = new
        do throws(ConfigRecordError) {
            config = try ModelConfig(record: new)
            fault = nil
        } catch {
            fault = error
        }
    }
}

// MARK: - Changes

extension ConfigDraft {
    mutating func setWeight(ofVariant index: Int, to text: String) {
        let number = (try? JSONValue(parsing: Array(text.utf8))).flatMap { $0.number.map(JSONValue.number) }
        changeVariant(index) { $0.with("weight", number ?? .string(text)) }
    }

    /// Adds to a weight that is a number; whole ones stay whole.
    mutating func addToWeight(ofVariant index: Int, _ step: Int) {
        guard config.variants.indices.contains(index), let percent = config.variants[index].weight.percent else {
            return
        }
        let sum = max(0, percent + Double(step))
        changeVariant(index) { $0.with("weight", Int(exactly: sum).map { .number($0) } ?? .number(sum)) }
    }

    mutating func setModel(ofVariant index: Int, to model: String) {
        changeVariant(index) { $0.with("model", .string(model)) }
    }

    mutating func addVariant() {
        guard let variants = record["variants"]?.array else { return }
        let new = JSONValue.object(["model": .string("new-model"), "weight": .number(0)])
        change(to: record.with("variants", .array(variants + [new])))
    }

    mutating func toggleTargeting() {
        let targeting = record["targeting"]?.object.map(JSONValue.object) ?? .object([JSONMember]())
        let isOn = targeting["enabled"]?.bool != false
        change(to: record.with("targeting", targeting.with("enabled", .bool(!isOn))))
    }

    mutating func set(_ text: RuleText, _ list: TargetingList, at index: Int?) {
        changeList(list) { items in
            let item = text.record(list)
            if let index, items.indices.contains(index) { items[index] = item } else { items.append(item) }
        }
    }

    mutating func remove(_ list: TargetingList, at index: Int) {
        changeList(list) { items in
            if items.indices.contains(index) { items.remove(at: index) }
        }
    }

    /// Moves an item one place; where it is now.
    mutating func move(_ list: TargetingList, at index: Int, by step: Int) -> Int {
        let other = index + step
        var isMoved = false
        changeList(list) { items in
            guard items.indices.contains(index), items.indices.contains(other) else { return }
            items.swapAt(index, other)
            isMoved = true
        }
        return isMoved ? other : index
    }

    private mutating func changeVariant(_ index: Int, _ body: (JSONValue) -> JSONValue) {
        switch record["variants"] {
        case .array(var items)? where items.indices.contains(index):
            items[index] = body(items[index])
            change(to: record.with("variants", .array(items)))
        case .object(var members)? where members.indices.contains(index):
            members[index].value = body(members[index].value)
            change(to: record.with("variants", .object(members)))
        default: break
        }
    }

    private mutating func changeList(_ list: TargetingList, _ body: (inout [JSONValue]) -> Void) {
        let targeting = record["targeting"]?.object.map(JSONValue.object) ?? .object(["enabled": .bool(true)])
        let before = targeting[list.member]?.array ?? []
        var items = before
        body(&items)
        guard items != before else { return }
        change(to: record.with("targeting", targeting.with(list.member, .array(items))))
    }
}

/// The two lists of targeting, in the order in which they are tried.
enum TargetingList: Hashable, Sendable {
    case targets, rules

    /// The member of `targeting` that holds it.
    var member: String {
        switch self {
        case .targets: "individualTargets"
        case .rules: "rules"
        }
    }
}

extension JSONValue {
    /// This object with a member set: in its place where it is there, else at the end. Anything else becomes an object.
    func with(_ name: String, _ value: JSONValue) -> JSONValue {
        var members = object ?? []
        if let place = members.lastIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
            members[place].value = value
        } else {
            members.append(JSONMember(name, value))
        }
        return .object(members)
    }
}
