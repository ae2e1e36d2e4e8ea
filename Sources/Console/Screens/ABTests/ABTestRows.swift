import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts
import WorkspaceModel

/// A prompt A/B test as rows: variants with their exact shares, what to beware of, what a draft would move, and what a
/// session gets.
struct ABTestRows {
    typealias Row = RecordRow<ABTestsScreen.Item>

    private(set) var rows: [Row] = []
    private let scene: Scene
    private let width: Int

    init(_ screen: ABTestsScreen, width: Int, _ scene: Scene) {
        self.scene = scene
        self.width = width
        guard let test = screen.test else { return }
        addVariants(test, screen.board)
        addLints(screen.lints)
        if let base = screen.board.base, !base.variants.isEmpty { addMoves(from: base, to: test) }
        addSession(test, screen)
        addVersions(screen.board)
    }

    private mutating func add(_ item: ABTestsScreen.Item? = nil, _ runs: (String, Role)...) {
        var text = StyledText()
        for (run, role) in runs { text.append(run, scene[role]) }
        rows.append(Row(content: .text(text), item: item))
    }

    private mutating func addWrapped(_ lead: String, _ text: String, _ role: Role) {
        for (row, line) in TextFlow.lines(text, width: max(10, width - 3)).enumerated() {
            add(nil, (row == 0 ? lead : String(repeating: " ", count: displayWidth(of: lead)), role), (line, role))
        }
    }

    private mutating func addVariants(_ test: PromptABTest, _ board: RecordBoard<PromptABTest>) {
        rows.append(Row(content: .variant(.titles)))
        for (index, variant) in test.variants.enumerated() {
            let row = VariantRow(
                index: index, name: variant.name(room: max(8, (width - 34) / 2), scene.glyphs),
                share: test.split.bucketShare(of: index),
                weight: variant.weight.written?.compactText ?? "missing",
                change: board.base.map { VariantRow.change(of: index, from: $0, to: test) } ?? "",
                isRemainder: !test.split.remainder.isEmpty && index == test.variants.count - 1)
            rows.append(Row(content: .variant(row), item: .variant(index)))
        }
        if test.variants.isEmpty { add(nil, ("no variant yet: v adds one", .dim)) }
    }

    private mutating func addLints(_ lints: [ConfigLint]) {
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

    private mutating func addSession(_ test: PromptABTest, _ screen: ABTestsScreen) {
        add()
        rows.append(Row(content: .section("what a session gets, at every call")))
        add(.session, ("session   ", .dim), (screen.sessionID.isEmpty ? "(empty)" : screen.sessionID, .strong))
        do throws(PromptError) {
            let choice = try test.choose(sessionID: screen.sessionID)
            let interval = test.interval(of: choice)
            let name = test.variants[choice.variantIndex].displayName
            add(
                nil, ("gets      ", .dim),
                ("\(choice.variantIndex) \(name)", Role.variant(choice.variantIndex)),
                (version(choice, screen), .text))
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
        if let before = screen.board.base,
            let choice = try? before.choose(sessionID: screen.sessionID)
        {
            add(nil, ("so far    ", .dim), (before.variants[choice.variantIndex].displayName, .text))
        }
    }

    /// Which version a variant without a pin means now.
    private func version(_ choice: PromptChoice, _ screen: ABTestsScreen) -> String {
        guard choice.promptVersion == .current, let version = screen.workspace.prompts[choice.promptKey]?.currentVersion
        else {
            return ""
        }
        return "  version \(version), the current one"
    }

    private mutating func addVersions(_ board: RecordBoard<PromptABTest>) {
        guard let versions = board.versions else { return }
        add()
        rows.append(Row(content: .section("versions")))
        for number in versions.ascending.reversed() {
            guard let test = versions.records[number] else { continue }
            let isCurrent = number == versions.currentVersion
            let isShown = board.draft == nil && number == board.saved?.version
            let shares = test.variants.indices.map { index in
                let share = Figure.percent(test.split.bucketShare(of: index), places: 0)
                return "\(test.variants[index].displayName) \(share)"
            }
            add(
                nil, (isShown ? "\(scene.glyphs.marker) " : "  ", .accent),
                (Shortened.padded("\(number)", width: 3, .right) + "  ", isShown ? .strong : .text),
                (isCurrent ? "\(scene.glyphs.dot) current  " : "           ", .good),
                (shares.joined(separator: ", "), isShown ? .text : .dim))
        }
    }
}

// MARK: - In a list

extension ABTestRows {
    /// A test's name in a list.
    static func drawName(
        _ key: String, isDraft: Bool, isQuiet: Bool, into canvas: inout Canvas, y: Int, _ scene: Scene
    ) {
        if isDraft { canvas.writeRight(scene.glyphs.folded, endingAt: canvas.width - 1, y: y, scene[.warning]) }
        canvas.write(
            key, at: Point(x: 2, y: y), scene[isQuiet ? .dim : .text], maxWidth: canvas.width - (isDraft ? 5 : 3),
            overflow: .ellipsis)
    }

    /// A variant in a list with its share; of a prompt that is shown beside it the version alone.
    static func drawVariant(
        _ test: PromptABTest, _ index: Int, ofPrompt key: String? = nil, into canvas: inout Canvas, y: Int,
        _ scene: Scene
    ) {
        guard test.variants.indices.contains(index) else { return }
        let variant = test.variants[index]
        let share = test.split.bucketShare(of: index)
        let role = Role.variant(index)
        let room = max(7, canvas.width - 16)
        let name: String =
            switch variant.promptVersion {
            case .version(let version) where variant.promptKey == key: "\(version)"
            case .malformed(let text): text
            default: variant.name(room: room, scene.glyphs)
            }
        canvas.write(name, at: Point(x: 3, y: y), scene[role], maxWidth: room, overflow: .ellipsis)
        let bar = Rect(x: 4 + room, y: y, width: max(0, canvas.width - room - 10), height: 1)
        ShareBar(share, scene[role]).draw(into: &canvas, in: bar, glyphs: scene.glyphs)
        canvas.writeRight(Figure.percent(share, places: 0), endingAt: canvas.width - 1, y: y, scene[.text])
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
