import Cells
import TraceModel

/// A kind of screen: what commands belong to it and what help calls it.
///
/// A new screen adds its place in its own folder (`extension Place { static let experiments = … }`).
public struct Place: Hashable, Sendable {
    /// The heading in help and in the manual, and the tab's name where it is one.
    public var title: String

    /// Makes a place.
    public init(title: String) {
        self.title = title
    }

    /// All screens.
    public static let everywhere = Place(title: "Everywhere")
}

/// What the keys that mean the same on every screen ask of it.
enum Gesture: Hashable, Sendable {
    case move(Motion)
    /// Enter.
    case open
    /// Esc, before the screen is closed: true inside means that there was something to go back from.
    case back
    case nextPane, previousPane
    case copy
    case export
    case nextError, previousError
    case nextMatch, previousMatch
    /// Type a filter.
    case filter
    /// Type what to look for in a text.
    case search
}

extension Gesture {
    /// Why a screen that does not offer it does nothing; moves and going back need no word.
    var refusal: String? {
        switch self {
        case .move, .back: nil
        case .open: "nothing is selected here"
        case .nextPane, .previousPane: "there is no other pane here"
        case .copy: "there is nothing to copy here"
        case .export: "no span or session is selected here"
        case .nextError, .previousError: "there is no failed span here"
        case .nextMatch, .previousMatch: "nothing is looked for here"
        case .filter, .search: "there is nothing to filter or to look through here"
        }
    }
}

/// One view with a state of its own. Values in, values out: it draws into a canvas and changes only itself.
protocol Screen: Sendable {
    /// Which commands belong to it.
    static var place: Place { get }
    /// What the breadcrumbs call this one.
    var title: String { get }
    /// What Esc does now, in a word or two.
    var backTitle: String { get }
    /// Whether it shows something that changes with the clock alone.
    var needsClock: Bool { get }
    /// Whether work goes on that only this screen holds or ends: its tab keeps it then, whatever else is shown there.
    var isUnderWay: Bool { get }
    /// Whether `g` puts its rows together, so that it does not go to the first.
    var groupsRows: Bool { get }
    /// Whether plain keys are text now, so that the hint line must not offer what they do elsewhere.
    var isTyping: Bool { get }
    /// The second row of the screen.
    func status(overview: StoreOverview?) -> StatusLine

    /// It is shown, or shown again, or has another size now.
    mutating func appear(_ scope: inout Scope)
    /// The store has changed.
    mutating func storeChanged(_ scope: inout Scope)
    /// The workspace has changed.
    mutating func workspaceChanged(_ scope: inout Scope)
    /// The clock ticks; only while it is asked for.
    mutating func tick(_ scope: inout Scope)
    /// An answer to one of its questions.
    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope)
    /// A question failed.
    mutating func fail(_ id: RequestID, _ scope: inout Scope)
    /// Why a question failed, where the screen itself shows all of it: the bottom row does not say it again.
    var shownFailure: String? { get }
    /// Whether a gesture means something here and now.
    func offers(_ gesture: Gesture) -> Bool
    /// Does what a gesture asks.
    mutating func perform(_ gesture: Gesture, _ scope: inout Scope)
    /// A key before any command sees it; `true` when the screen took it because something is being edited in place.
    mutating func type(_ key: Key, _ scope: inout Scope) -> Bool
    /// Pasted text while something is being edited in place.
    mutating func paste(_ text: String, _ scope: inout Scope)
    /// What was typed into the filter line.
    mutating func accept(_ purpose: FieldEditor.Purpose, text: String, _ scope: inout Scope)
    /// A click on a cell; `count` 2 opens.
    mutating func click(_ point: Point, _ scope: inout Scope)
    /// Whether a drag that begins at a cell is the screen's; elsewhere dragging selects text.
    func takesDrag(from point: Point) -> Bool
    /// The mouse moves with its button down, from where the screen takes it; `isOver` when the button comes up again.
    mutating func drag(to point: Point, isOver: Bool, _ scope: inout Scope)
    /// The wheel over a cell; rows, positive is down.
    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope)
    /// After every event, before it is drawn: works out once what drawing and the next keys share.
    mutating func settle()
    /// Draws all of it.
    func draw(into canvas: inout Canvas, _ scene: Scene)
    /// A picture as lines, for who has the screen read aloud.
    func spokenPicture(_ scene: Scene) -> SpokenPicture?
}

/// What a picture shows, as lines that stand in the place of its rows.
struct SpokenPicture {
    /// The rows of the screen that it is drawn in.
    let rows: Range<Int>
    /// A label and a value each.
    let lines: [String]
}

extension Screen {
    var backTitle: String { "back" }
    var needsClock: Bool { false }
    var isUnderWay: Bool { false }
    var isTyping: Bool { false }
    var groupsRows: Bool { false }
    var shownFailure: String? { nil }
    func spokenPicture(_ scene: Scene) -> SpokenPicture? { nil }
    mutating func settle() {}
    func takesDrag(from point: Point) -> Bool { false }
    mutating func drag(to point: Point, isOver: Bool, _ scope: inout Scope) {}
    mutating func appear(_ scope: inout Scope) {}
    mutating func storeChanged(_ scope: inout Scope) {}
    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {}
    mutating func workspaceChanged(_ scope: inout Scope) {}
    mutating func type(_ key: Key, _ scope: inout Scope) -> Bool { false }
    mutating func paste(_ text: String, _ scope: inout Scope) {}
    mutating func tick(_ scope: inout Scope) {}
    mutating func fail(_ id: RequestID, _ scope: inout Scope) {}
    mutating func accept(_ purpose: FieldEditor.Purpose, text: String, _ scope: inout Scope) {}
    mutating func click(_ point: Point, _ scope: inout Scope) {}
    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {}
}

/// The second row of the screen: the filter at the left, the state of affairs at the right.
struct StatusLine: Sendable {
    /// What the left side shows.
    enum Left: Sendable {
        /// A filter, possibly empty, that `/` edits.
        case filter(String)
        /// Where one is, outermost first, ending with this screen.
        case path([String])
    }

    var left: Left
    /// Short facts, most important first: what does not fit is left out from the end.
    var facts: [Fact]
    /// What stands after all else, where there is room.
    var rest: [Fact] = []

    /// One short fact.
    struct Fact: Sendable {
        enum Tone: Sendable { case plain, quiet, good, warning, accent }

        var text: String
        var tone: Tone

        init(_ text: String, _ tone: Tone = .quiet) {
            self.text = text
            self.tone = tone
        }
    }
}
