public import Cells
public import Display
public import TraceModel
import WorkspaceModel

/// All that the console knows and shows. It changes only in ``reduce(_:_:at:)`` and is drawn by
/// ``draw(_:into:theme:glyphs:)``.
public struct ConsoleState: Sendable {
    /// The terminal's size.
    var size: Size
    /// The moment of the last event.
    var now: Timestamp
    /// Turns moments into wall-clock times.
    let wallClock: WallClock
    /// What the person has chosen.
    var settings: ConsoleSettings
    /// Whether the terminal's background is a light one; `nil` while that is not known.
    var hasLightBackground: Bool?
    /// How the way in fares.
    var health = ConsoleHealth()
    /// The store's figures and what has come lately.
    var pulse = Pulse()
    /// Whose note is in the person's own editor.
    var notedSession: String?
    /// What the workspace holds; `nil` until it is read.
    var workspace: WorkspaceSnapshot?
    /// Drafts as they lie on disk: those that an earlier run left, and what became of them since.
    var drafts: [Draft] = []
    /// The tabs, each with its open screens.
    var tabs: [TabStack]
    /// Which tab is shown.
    var activeTab = 0
    /// What lies over the screen and has the keys.
    var overlay: Overlay?
    /// The tour, while it goes on.
    var tour: Tour?
    /// One line for the person.
    var notice: Notice?
    /// The tab a link was followed from: Esc comes back to it, until the screen is worked in or another tab gone to.
    var cameFrom: Int?
    /// Keys of a chord that has begun.
    var begun: KeyMap.Chord = []
    /// What waits for a yes.
    var question: Question?
    /// What was typed into filter lines, latest last; in consoles before, too.
    var filterHistory: [String] = []
    /// Filters that are recalled.
    static let mostFilters = 200
    /// Where the last click was, to tell a double click.
    var lastClick: (point: Point, time: Timestamp)?
    /// Where the left button went down, while it is down.
    var pressed: Point?
    /// Whether the screen takes the drag that is under way; `nil` until the mouse has moved.
    var isScreensDrag: Bool?
    /// Text that was selected by dragging.
    var selection: TextSelection?
    /// Whether the mouse has moved with its button down.
    var isDragging = false
    /// Whether the terminal's window has the keys, as far as it tells.
    var hasFocus = true
    /// Spans that have failed while it had them not.
    var failedUnseen = 0
    /// Gives screens their ids; 0 is the console itself.
    private var lastID = 0

    /// Whether the terminal is to report the mouse; without it, dragging selects text as in any other program.
    public internal(set) var reportsMouse = true

    /// Whether something has changed since the screen was drawn last. The runner clears it.
    public var needsDrawing = true

    /// Makes the state of a console that has not started.
    /// - Parameters:
    ///   - size: columns and rows of the terminal.
    ///   - now: the moment of start.
    ///   - wallClock: turns moments into local times.
    ///   - settings: what the person has chosen.
    ///   - hasLightBackground: whether the terminal's background is a light one, where the environment says it.
    public init(
        size: Size, now: Timestamp, wallClock: WallClock = .utc, settings: ConsoleSettings = ConsoleSettings(),
        hasLightBackground: Bool? = nil
    ) {
        self.settings = settings
        self.hasLightBackground = hasLightBackground
        self.size = size
        self.now = now
        self.wallClock = wallClock
        tabs = []
        for tab in TabRegistry.all {
            lastID += 1
            tabs.append(TabStack(place: tab.place, screens: [OpenScreen(id: lastID, screen: tab.make())]))
        }
    }

    /// Whether anything on the screen changes with the clock alone: only then a tick a second is due.
    public var needsClock: Bool { pulse.needsClock || top.screen.needsClock }

    /// The screen that is shown.
    var top: OpenScreen {
        get { tabs[activeTab].top }
        set { tabs[activeTab].top = newValue }
    }

    mutating func makeID() -> Int {
        lastID += 1
        return lastID
    }
}

/// A tab and the screens opened in it, one above the other.
struct TabStack: Sendable {
    /// What the tab is.
    let place: Place
    /// Never empty: the first is the tab's own.
    private(set) var screens: [OpenScreen]

    init(place: Place, screens: [OpenScreen]) {
        precondition(!screens.isEmpty, "a tab shows at least its own screen")
        self.place = place
        self.screens = screens
    }

    var top: OpenScreen {
        get { screens[screens.count - 1] }
        set { screens[screens.count - 1] = newValue }
    }

    /// What was open when the tab's own screen was gone to by its number: the number brings it back.
    private var shelf: [OpenScreen] = []

    /// The name of what the number would bring back.
    var shelved: String? { shelf.last?.screen.title }

    mutating func open(_ screen: OpenScreen) {
        screens.append(screen)
        shelf = keptShelf
    }

    /// Shows the tab's own screen.
    mutating func shelve() {
        guard screens.count > 1 else { return }
        shelf = keptShelf + screens.dropFirst()
        screens.removeSubrange(1...)
    }

    /// What of the shelf is not let go for something else: what goes on there could not be ended any more.
    private var keptShelf: [OpenScreen] { Self.isUnderWay(shelf) ? shelf : [] }

    private static func isUnderWay(_ screens: [OpenScreen]) -> Bool { screens.contains { $0.screen.isUnderWay } }

    /// Shows again what lay above the tab's own screen.
    mutating func unshelve() {
        screens += shelf
        shelf = []
    }

    /// Lets go of what the number would bring back, but for what goes on there.
    mutating func forgetShelf() { shelf = keptShelf }

    /// Closes the top screen; the tab's own stays.
    mutating func close() -> Bool {
        guard screens.count > 1 else { return false }
        screens.removeLast()
        return true
    }

    /// Shows the tab's own screen, and lets the others go but for what goes on in them.
    mutating func closeAll() {
        guard !Self.isUnderWay(screens) else { return shelve() }
        screens.removeSubrange(1...)
        shelf = keptShelf
    }

    func holds(_ id: Int) -> Bool { (screens + shelf).contains { $0.id == id } }

    /// Changes the screen of that id, wherever it lies in the tab.
    mutating func update(_ id: Int, _ body: (inout any Screen) -> Void) -> Bool {
        if let index = screens.firstIndex(where: { $0.id == id }) {
            body(&screens[index].screen)
        } else if let index = shelf.firstIndex(where: { $0.id == id }) {
            body(&shelf[index].screen)
        } else {
            return false
        }
        return true
    }
}

/// A screen and the id its answers come back to.
struct OpenScreen: Sendable {
    let id: Int
    var screen: any Screen
}
