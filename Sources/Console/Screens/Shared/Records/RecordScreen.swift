import Assignment
import Cells
import Experiments

/// A screen that shows the records of a board and changes them: what its keys mean is the same for every kind.
protocol RecordScreen: Screen {
    associatedtype Record: BoardRecord

    var board: RecordBoard<Record> { get set }
    /// Whether nothing is typed and there is a record to act on.
    var isFree: Bool { get }
    /// The variant whose weight the keys change.
    var selectedVariant: Int? { get }
    /// What is asked before the draft or the shown version is made current.
    var question: String? { get }
    /// The draft, or the version that is shown, is another one.
    mutating func boardChanged(_ scope: inout Scope)
}

extension RecordScreen {
    mutating func change(_ scope: inout Scope, _ body: (inout RecordDraft<Record>) -> Void) {
        board.change(&scope, body)
        boardChanged(&scope)
    }

    /// The commands of every board; names begin with `name`.
    static func recordCommands(_ name: String) -> [Command] { draftCommands(name) + versionCommands(name) }

    /// What keys say that cannot act.
    static var nothing: String { "no \(Record.word) is here" }
    static var noVariant: String { "no variant is selected: Tab goes to the \(Record.word)" }
    private static var draftFirst: String { "a draft is shown: s saves it, X gives it up" }

    private static func draftCommands(_ name: String) -> [Command] {
        [
            command(
                name + ".more", "more weight", ["+", "="], hint: .of(["+", "-"], "weight", order: 20, rank: 30),
                help: "Add one to the variant's weight in the draft.", when: { $0.selectedVariant != nil },
                otherwise: { _ in noVariant }, do: { $0.addToWeight(1, &$1) }),
            command(
                name + ".less", "less weight", ["-"], help: "Take one from the variant's weight in the draft.",
                when: { $0.selectedVariant != nil }, otherwise: { _ in noVariant }, do: { $0.addToWeight(-1, &$1) }),
            command(
                name + ".rest", "share the rest", ["W"], hint: .of("share the rest", order: 23, rank: 29),
                help:
                    "Share what the variant's weight leaves of 100 out among the others, in the proportion they have.",
                when: { $0.weightRest != nil }, otherwise: { $0.selectedVariant == nil ? noVariant : $0.whyNoRest },
                do: { screen, scope in
                    guard let index = screen.selectedVariant else { return }
                    screen.change(&scope) { $0.shareRest(keeping: index) }
                }),
            command(
                name + ".undo", "undo", ["u"], hint: .of("undo", order: 60, rank: 40),
                help: "Take the draft's last change back.", when: { $0.isFree && $0.board.draft?.canUndo == true },
                otherwise: { _ in "there is no change to take back" },
                do: { screen, scope in screen.change(&scope) { $0.undo() } }),
            command(
                name + ".discard", "discard draft", ["X"], help: "Give the draft up.",
                when: { $0.isFree && $0.board.draft != nil }, otherwise: { _ in "there is no draft" },
                do: { screen, scope in
                    guard let key = screen.board.selectedKey else { return }
                    screen.board.forgetDraft(of: key, &scope)
                    screen.boardChanged(&scope)
                    scope.tell("the draft is gone")
                }),
            command(
                name + ".edit", "edit JSON", ["E"], hint: .of("$EDITOR", order: 55, rank: 55),
                help: "Edit the \(Record.word)'s JSON in $EDITOR; the result is the draft.", when: { $0.isFree },
                otherwise: { _ in nothing }, do: { $0.board.edit(&$1) }),
        ]
    }

    private static func versionCommands(_ name: String) -> [Command] {
        [
            command(
                name + ".save", "save version", ["s"], hint: .of("save version", order: 50, rank: 20),
                help: "Save the draft as a new version; it is not current until M.",
                when: { $0.isFree && $0.board.canSave }, otherwise: { $0.board.whyNotSave },
                do: { $0.board.save(makesCurrent: false, &$1) }),
            command(
                name + ".save-current", "save and make current", ["S"], hint: .of("save, current", order: 51, rank: 22),
                help:
                    "Save the draft as a new version and make it current at once; a version that is saved already is made "
                    + "current.",
                when: { $0.isFree && ($0.board.canSave || $0.board.canUse) }, otherwise: { $0.board.whyNotSave },
                asks: \.question,
                do: { screen, scope in
                    if screen.board.canSave {
                        screen.board.save(makesCurrent: true, &scope)
                    } else {
                        screen.board.use(&scope)
                    }
                }),
            command(
                name + ".older", "older version", ["[", ","], hint: .of(["[", "]"], "versions", order: 70, rank: 48),
                help: "Show the version before this one.", when: { $0.isFree && $0.board.draft == nil },
                otherwise: { _ in draftFirst }, do: { $0.step(-1, &$1) }),
            command(
                name + ".newer", "newer version", ["]", "."], help: "Show the version after this one.",
                when: { $0.isFree && $0.board.draft == nil }, otherwise: { _ in draftFirst }, do: { $0.step(1, &$1) }),
            command(
                name + ".use", "make current", ["M"], hint: .of("make current", order: 72, rank: 25),
                help: "Serve the version that is shown; going back to an older one is the same.",
                when: { $0.isFree && $0.board.canUse },
                otherwise: { $0.board.draft == nil ? "this version is current already" : draftFirst }, asks: \.question,
                do: { $0.board.use(&$1) }),
            command(
                name + ".compare", "compare versions", ["V"], hint: .of("compare", order: 74, rank: 52),
                help: "Set the draft, or the shown version, beside the current one and the one before.",
                when: { $0.isFree && !$0.board.versionPairs.isEmpty },
                otherwise: { _ in "there is no other version to set it beside" },
                do: { screen, scope in
                    guard let key = screen.board.selectedKey else { return }
                    let pairs = screen.board.versionPairs
                    scope.move(.open(VersionsScreen(kind: Record.folder, key: key, pairs: pairs)))
                }),
        ]
    }

    /// What the selected variant's weight leaves to the others, where that is not what they have.
    private var weightRest: WeightRest? {
        guard let index = selectedVariant, let weights = board.shown?.weights else { return nil }
        return WeightRest(weights, keeping: index)
    }

    private var whyNoRest: String {
        let percents = board.shown?.weights.map(\.percent) ?? []
        if percents.count < 2 { return "there is no other variant" }
        if percents.contains(where: { $0.map { $0 < 0 } ?? true }) { return "a weight is no number from 0 on" }
        let own = selectedVariant.flatMap { percents.indices.contains($0) ? percents[$0] : nil } ?? 0
        return own > 100 ? "the weight leaves nothing: it is above 100" : "the weights are 100 together"
    }

    private mutating func addToWeight(_ step: Int, _ scope: inout Scope) {
        guard let index = selectedVariant else { return }
        change(&scope) { $0.addToWeight(ofVariant: index, step) }
    }

    private mutating func step(_ step: Int, _ scope: inout Scope) {
        board.step(step)
        boardChanged(&scope)
    }
}
