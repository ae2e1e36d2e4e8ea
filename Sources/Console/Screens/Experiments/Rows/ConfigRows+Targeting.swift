import Assignment
import Cells
import Experiments
import OrderedJSON

extension ConfigRows {
    mutating func addTargeting(_ config: ModelConfig, _ screen: ExperimentsScreen) {
        let targeting = config.targeting
        let state = targeting.map { $0.isEnabled ? "" : "  switched off" } ?? ""
        let newTarget = isTyping(.targets, screen)
        let newRule = isTyping(.rules, screen)
        if let targets = targeting?.individualTargets, !targets.isEmpty || newTarget {
            add()
            add(nil, ("TARGETS", .heading), (state, .warning))
            for (index, target) in targets.enumerated() {
                addSentence(target.sentence, target.variant, config, .target(index), number: nil)
                addLints("targeting.individualTargets[\(index)]", screen)
            }
        } else if newTarget {
            add()
            add(nil, ("TARGETS", .heading))
        }
        if newTarget { rows.append(Row(content: .text(StyledText()), item: .new(.targets))) }
        add()
        add(nil, ("RULES", .heading), ("  all conditions must match, first rule wins", .dim), (state, .warning))
        for (index, rule) in (targeting?.rules ?? []).enumerated() {
            addSentence(rule.sentence, rule.variant, config, .rule(index), number: index + 1)
            addLints("targeting.rules[\(index)]", screen)
        }
        if newRule { rows.append(Row(content: .text(StyledText()), item: .new(.rules))) }
        if (targeting?.rules ?? []).isEmpty, !newRule { add(nil, ("none: everybody by weight", .dim)) }
        if newTarget || newRule { add() }
    }

    private func isTyping(_ list: TargetingList, _ screen: ExperimentsScreen) -> Bool {
        screen.editing?.target == .targeting(list, nil)
    }

    private mutating func addSentence(
        _ sentence: String, _ reference: VariantReference, _ config: ModelConfig, _ item: ExperimentsScreen.Item,
        number: Int?
    ) {
        var destination = "\(scene.glyphs.arrow) "
        var role = Role.error
        if let index = reference.index, config.variants.indices.contains(index) {
            destination += "\(index) \(config.variants[index].model ?? "(no model)")"
            role = Role.variant(index)
        } else {
            destination += "by weight (\(reference.written.map { "index \($0.compactText)" } ?? "no index"))"
        }
        let room = min(displayWidth(of: destination), max(12, role == .error ? width / 2 : width / 3))
        let lead = number.map { "\($0)  " } ?? ""
        let lines = TextFlow.lines(sentence, width: max(10, width - room - 2 - lead.utf8.count))
        for (row, line) in lines.enumerated() {
            var text = StyledText()
            text.append(row == 0 ? lead : String(repeating: " ", count: lead.utf8.count), scene[.dim])
            text.append(line, scene[.text])
            if row == 0 {
                let gap = max(2, width - room - text.width)
                text.append(String(repeating: " ", count: gap), scene[.text])
                text.append(destination, scene[role])
            }
            rows.append(Row(content: .text(text), item: row == 0 ? item : nil))
        }
    }

    /// What is to be said of one target or rule, below it.
    private mutating func addLints(_ path: String, _ screen: ExperimentsScreen) {
        for lint in screen.preview?.lintsByPath[path] ?? [] {
            let place = lint.path.dropFirst(path.count).drop { $0 == "." }
            addLint((place.isEmpty ? "" : "\(place) ") + lint.humanMessage, lint.severity, indent: 3)
        }
    }
}

extension ConfigLint {
    /// Whether it is shown beside its target or rule.
    var isOfTargeting: Bool { targetingPath != nil }

    /// The path of its target or rule: `targeting.rules[2]`.
    var targetingPath: String? {
        for list in ["targeting.individualTargets[", "targeting.rules["] where path.hasPrefix(list) {
            return path.firstIndex(of: "]").map { String(path[...$0]) }
        }
        return nil
    }

    /// The message with targets and rules named as the screen numbers them.
    var humanMessage: String {
        message.replacing(#/targeting\.(individualTargets|rules)\[(\d+)\]/#) { match in
            (match.1 == "rules" ? "rule " : "target ") + "\((Int(match.2) ?? 0) + 1)"
        }
    }
}
