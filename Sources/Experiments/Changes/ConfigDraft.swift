package import Assignment
import OrderedJSON

/// A config that is being changed.
package typealias ConfigDraft = RecordDraft<ModelConfig>

extension ConfigDraft {
    package mutating func setModel(ofVariant index: Int, to model: String) {
        changeVariant(index) { $0.setting("model", .string(model)) }
    }

    package mutating func addVariant() {
        let new = JSONValue.object(["model": .string("new-model"), "weight": .number(0)])
        if let named = record["variants"]?.object {
            // Variants by name count in the order in which they are written: the new one goes last.
            let name = (0...named.count).lazy.map { "variant-\($0 + 1)" }.first { name in
                !named.contains { $0.name.utf8.elementsEqual(name.utf8) }
            }
            change(to: record.setting("variants", .object(named + [JSONMember(name ?? "new", new)])))
        } else {
            change(to: record.setting("variants", .array((record["variants"]?.array ?? []) + [new])))
        }
    }

    package mutating func toggleTargeting() {
        let targeting = record["targeting"]?.object.map(JSONValue.object) ?? .object([JSONMember]())
        let isOn = targeting["enabled"]?.bool != false
        change(to: record.setting("targeting", targeting.setting("enabled", .bool(!isOn))))
    }

    package mutating func set(_ text: RuleText, _ list: TargetingList, at index: Int?) {
        changeList(list) { items in
            let item = text.record(list)
            if let index, items.indices.contains(index) { items[index] = item } else { items.append(item) }
        }
    }

    package mutating func remove(_ list: TargetingList, at index: Int) {
        changeList(list) { items in
            if items.indices.contains(index) { items.remove(at: index) }
        }
    }

    /// Moves an item one place; where it is now.
    package mutating func move(_ list: TargetingList, at index: Int, by step: Int) -> Int {
        let other = index + step
        var isMoved = false
        changeList(list) { items in
            guard items.indices.contains(index), items.indices.contains(other) else { return }
            items.swapAt(index, other)
            isMoved = true
        }
        return isMoved ? other : index
    }

    private mutating func changeList(_ list: TargetingList, _ body: (inout [JSONValue]) -> Void) {
        let targeting = record["targeting"]?.object.map(JSONValue.object) ?? .object(["enabled": .bool(true)])
        let before = targeting[list.member]?.array ?? []
        var items = before
        body(&items)
        guard items != before else { return }
        change(to: record.setting("targeting", targeting.setting(list.member, .array(items))))
    }
}

/// The two lists of targeting, in the order in which they are tried.
package enum TargetingList: Hashable, Sendable {
    case targets, rules

    /// The member of `targeting` that holds it.
    package var member: String {
        switch self {
        case .targets: "individualTargets"
        case .rules: "rules"
        }
    }
}
