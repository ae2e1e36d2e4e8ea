import Cells

/// A screen whose two parts are divided by a line that a person may move, by keys or by the mouse; where it lies is kept.
protocol SplitScreen: Screen {
    /// Its name in the settings.
    static var splitName: String { get }
    /// The share of the part before the line in hundredths; `nil` where the screen decides.
    var split: Int? { get set }
    /// The rows and columns at the last look.
    var size: Size { get }
    /// The line, a row or a column of the screen; empty where the parts do not lie beside each other.
    var splitLine: Rect { get }
}

extension SplitScreen {
    private var isStacked: Bool { splitLine.width > splitLine.height }

    /// The share of the part before the line as it is drawn now.
    private var share: Int {
        isStacked ? Split.share(of: splitLine.y, in: size.height) : Split.share(of: splitLine.x, in: size.width)
    }

    fileprivate mutating func moveSplit(by step: Int, _ scope: inout Scope) {
        putSplit(share + step, &scope)
        keepSplit(&scope)
    }

    func takesDrag(from point: Point) -> Bool { splitLine.contains(point) }

    /// The mouse has taken the line to a place.
    mutating func drag(to point: Point, isOver: Bool, _ scope: inout Scope) {
        guard !splitLine.isEmpty else { return }
        let share = isStacked ? Split.share(of: point.y, in: size.height) : Split.share(of: point.x, in: size.width)
        putSplit(share, &scope)
        if isOver { keepSplit(&scope) }
    }

    private mutating func putSplit(_ share: Int, _ scope: inout Scope) {
        split = min(max(share, Split.range.lowerBound), Split.range.upperBound)
        scope.splits[Self.splitName] = split
        appear(&scope)
    }

    private func keepSplit(_ scope: inout Scope) {
        if let split { scope.move(.split(Self.splitName, split)) }
    }
}

/// Where the line between two parts lies, in hundredths of the rows or columns.
public enum Split {
    /// The screens with such a line, as the settings name them.
    public static let names = [LiveScreen.splitName, SessionScreen.splitName, SpanScreen.splitName]
    /// How far it may be moved.
    public static let range = 15...85
    /// How far a key moves it.
    static let step = 5

    static func share(of place: Int, in length: Int) -> Int {
        length > 0 ? (place * 100 + length / 2) / length : 50
    }

    /// The cells before the line.
    static func place(_ share: Int, in length: Int) -> Int { (length * share + 50) / 100 }
}

extension Command {
    /// Moves the line between the parts of a screen.
    static func splits<S: SplitScreen>(_ screen: S.Type, _ name: String, of what: String) -> [Command] {
        [("split-more", ">", Split.step, "more"), ("split-less", "<", -Split.step, "less")].map {
            word, key, step, much in
            .on(
                screen, "\(name).\(word)", "\(much) room for \(what)", [.character(Character(key))],
                help: "Give \(what) \(much) room; the line can be dragged too, and where it lies is kept.",
                when: { !$0.splitLine.isEmpty },
                otherwise: { _ in "there is one part only: a larger terminal shows two" },
                do: { $0.moveSplit(by: step, &$1) })
        }
    }
}
