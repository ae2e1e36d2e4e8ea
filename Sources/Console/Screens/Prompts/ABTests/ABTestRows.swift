import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts

/// A prompt A/B test as rows: variants with their exact shares, what to beware of, what a draft would move, and what a
/// session gets.
struct ABTestRows {
    typealias Row = RecordRow<ABTestBoard.Item>

    private(set) var rows: [Row] = []
    private let scene: Scene
    private let width: Int

    init(_ board: ABTestBoard, width: Int, _ scene: Scene) {
        self.scene = scene
        self.width = width
        guard let test = board.test else { return }
        addVariants(test, board)
        addLints(board)
        if let draft = board.draft, draft.isChanged, !draft.base.variants.isEmpty {
            addMoves(from: draft.base, to: test)
        }
        addSession(test, board)
        addVersions(board)
    }

    private mutating func add(_ item: ABTestBoard.Item? = nil, _ runs: (String, Role)...) {
        var text = StyledText()
        for (run, role) in runs { text.append(run, scene[role]) }
        rows.append(Row(content: .text(text), item: item))
    }

    private mutating func addWrapped(_ lead: String, _ text: String, _ role: Role) {
        for (row, line) in TextFlow.lines(text, width: max(10, width - 3)).enumerated() {
            add(nil, (row == 0 ? lead : String(repeating: " ", count: displayWidth(of: lead)), role), (line, role))
        }
    }

    private mutating func addVariants(_ test: PromptABTest, _ board: ABTestBoard) {
        rows.append(Row(content: .variant(.titles)))
        let base = board.draft?.isChanged == true ? board.draft?.base : nil
        for (index, variant) in test.variants.enumerated() {
            let row = VariantRow(
                index: index, name: variant.name(room: max(8, (width - 34) / 2), scene.glyphs),
                share: test.split.bucketShare(of: index),
                weight: variant.weight.written?.compactText ?? "missing",
                change: base.map { Self.change(of: index, from: $0, to: test) } ?? "",
                isRemainder: !test.split.remainder.isEmpty && index == test.variants.count - 1)
            rows.append(Row(content: .variant(row), item: .variant(index)))
        }
        if test.variants.isEmpty { add(nil, ("no variant yet: v adds one", .dim)) }
    }

    /// How a variant's share changes, by its prompt and version: "-5", "new".
    private static func change(of index: Int, from old: PromptABTest, to new: PromptABTest) -> String {
        guard let before = old.variants.firstIndex(where: { $0.displayName == new.variants[index].displayName }) else {
            return old.variants.isEmpty ? "" : "new"
        }
        return Figure.difference(old.split.bucketShare(of: before), new.split.bucketShare(of: index))
    }

    private mutating func addLints(_ board: ABTestBoard) {
        let lints = board.lints
        guard !lints.isEmpty else { return }
        add()
        for lint in lints {
            let role: Role = lint.severity == .error ? .error : lint.severity == .warning ? .warning : .dim
            let sign = lint.severity == .error ? scene.glyphs.failure : scene.glyphs.warning
            let place = lint.path == "variants" ? "" : lint.path + " "
            addWrapped("\(sign) ", place + lint.message, role)
        }
    }

    /// Who gets another prompt when the draft is served: exact, by bucket.
    private mutating func addMoves(from old: PromptABTest, to new: PromptABTest) {
        add()
        rows.append(Row(content: .section("who moves if saved: exact, by bucket")))
        let moves = old.moves(to: new)
        let moved = moves.reduce(0) { $0 + $1.buckets }
        for move in moves {
            add(
                nil, (Figure.share(Double(move.buckets) / Double(Bucket.count), width: 9) + "  ", .warning),
                (move.from ?? "an error", .text), (" \(scene.glyphs.arrow) ", .dim), (move.to ?? "an error", .text))
        }
        let share = Figure.share(Double(moved) / Double(Bucket.count))
        add(nil, (moved == 0 ? "No session gets another prompt." : "\(share) of sessions get another prompt.", .strong))
    }

    private mutating func addSession(_ test: PromptABTest, _ board: ABTestBoard) {
        add()
        rows.append(Row(content: .section("what a session gets, at every call")))
        add(.session, ("session   ", .dim), (board.sessionID.isEmpty ? "(empty)" : board.sessionID, .strong))
        do throws(PromptError) {
            let choice = try test.choose(sessionID: board.sessionID)
            let interval = test.interval(of: choice)
            let name = test.variants[choice.variantIndex].displayName
            add(
                nil, ("gets      ", .dim),
                ("\(choice.variantIndex) \(name)", Role.variant(choice.variantIndex)),
                (version(choice, board), .text))
            add(
                nil, ("because   ", .dim),
                ("bucket \(Figure.count(choice.bucket)) lies in ", .text),
                (
                    "\(Figure.count(interval.lowerBound))–\(Figure.count(interval.upperBound - 1))"
                        + (choice.isRemainder ? ", which the weights leave to the last variant" : ""), .text
                ))
        } catch {
            addWrapped("\(scene.glyphs.failure) ", "\(error)", .error)
        }
        if let before = board.draft?.isChanged == true ? board.draft?.base : nil,
            let choice = try? before.choose(sessionID: board.sessionID)
        {
            add(nil, ("so far    ", .dim), (before.variants[choice.variantIndex].displayName, .text))
        }
    }

    /// Which version a variant without a pin means now.
    private func version(_ choice: PromptChoice, _ board: ABTestBoard) -> String {
        guard choice.promptVersion == .current, let version = board.prompts[choice.promptKey]?.currentVersion else {
            return ""
        }
        return "  version \(version), the current one"
    }

    private static func right(_ number: Int, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - "\(number)".count)) + "\(number)"
    }

    private mutating func addVersions(_ board: ABTestBoard) {
        guard let key = board.selectedKey, let versions = board.tests[key] else { return }
        add()
        rows.append(Row(content: .section("versions")))
        for number in versions.ascending.reversed() {
            guard let test = versions.records[number] else { continue }
            let isServed = number == versions.currentVersion
            let isShown = board.draft == nil && number == board.saved?.version
            let shares = test.variants.indices.map { index in
                let share = Figure.percent(test.split.bucketShare(of: index), places: 0)
                return "\(test.variants[index].displayName) \(share)"
            }
            add(
                nil, (isShown ? "\(scene.glyphs.marker) " : "  ", .accent),
                (Self.right(number, 3) + "  ", isShown ? .strong : .text),
                (isServed ? "\(scene.glyphs.dot) served  " : "          ", .good),
                (shares.joined(separator: ", "), isShown ? .text : .dim))
        }
    }
}

extension PromptABTest.Variant {
    /// The prompt and its version; where there is little room the version stays and the key is cut.
    func name(room: Int, _ glyphs: Glyphs) -> String {
        let name = displayName
        guard displayWidth(of: name) > room, let at = name.lastIndex(of: "@") else { return name }
        return name[..<at].prefix(max(1, room - name[at...].count - 1)) + glyphs.ellipsis + name[at...]
    }
}
