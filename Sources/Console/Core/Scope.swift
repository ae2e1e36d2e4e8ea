import Cells
import Display
import TraceModel
import WorkspaceModel

/// What a screen sees of the console while it handles an event, and what it may ask for.
///
/// A screen changes itself and nothing else: going somewhere, loading, copying and telling are requests that the reducer
/// carries out when the screen is done.
struct Scope {
    /// Which screen asks: answers come back to it.
    let owner: Int
    /// The moment of the event.
    let now: Timestamp
    /// The rows and columns the screen draws into.
    let area: Size
    /// The store's figures as last read.
    let overview: StoreOverview?
    /// The wall clock.
    let wallClock: WallClock
    /// What the workspace holds.
    let workspace: WorkspaceSnapshot
    /// Drafts as they lie on disk, an earlier run's among them; told with the workspace.
    let drafts: [Draft]
    /// The columns a person has chosen, by table.
    let columns: [String: [String]]
    /// Where a person has moved the lines between parts of screens, by screen.
    var splits: [String: Int]
    /// When the bell is rung.
    let bell: ConsoleSettings.Bell
    /// Why a question failed, for people; only while a screen is told that it did.
    let reason: String?

    private(set) var effects: [Effect] = []
    private(set) var moves: [Move] = []
    private(set) var notice: Notice?

    /// A change of place.
    enum Move {
        /// Open a screen above this one.
        case open(any Screen)
        /// Go to a tab, and there to its first screen, filtered.
        case filter(tab: Place, text: String)
        /// Go to the Prompts tab, and there to a version of a prompt.
        case prompt(PromptLink)
        /// Choose among several.
        case choices(ChoiceOverlay)
        /// Keep where the line between two parts of a screen lies.
        case split(String, Int)
        /// Begin to type a filter or a search.
        case edit(FieldEditor.Purpose, text: String)
        /// Choose one of these to filter by, or to leave out.
        case choose([FilterCondition], isExcluding: Bool)
    }

    init(
        owner: Int, now: Timestamp, area: Size, overview: StoreOverview?, wallClock: WallClock,
        workspace: WorkspaceSnapshot = WorkspaceSnapshot(), drafts: [Draft] = [], columns: [String: [String]] = [:],
        splits: [String: Int] = [:], bell: ConsoleSettings.Bell = ConsoleSettings.Bell(), reason: String? = nil
    ) {
        self.owner = owner
        self.now = now
        self.area = area
        self.overview = overview
        self.wallClock = wallClock
        self.workspace = workspace
        self.drafts = drafts
        self.columns = columns
        self.splits = splits
        self.bell = bell
        self.reason = reason
    }

    mutating func load(_ request: Request, as id: RequestID) { effects.append(.load(request, as: id)) }
    mutating func work(_ action: WorkspaceAction, as id: RequestID) { effects.append(.work(action, as: id)) }
    mutating func edit(_ text: String, name: String, as id: RequestID) {
        effects.append(.edit(text, name: name, as: id))
    }
    mutating func copy(_ text: String, what: String) { effects.append(.copy(text, what: what)) }
    mutating func keep(_ action: KeepAction) { effects.append(.judge(action)) }
    mutating func export(_ export: Export) { effects.append(.export(export)) }
    mutating func copyDocument(_ export: Export, what: String) { effects.append(.copyDocument(export, what: what)) }
    mutating func choose(_ choices: ChoiceOverlay) { moves.append(.choices(choices)) }
    mutating func holdRun(_ name: String, _ isHeld: Bool) { effects.append(.holdRun(name, isHeld)) }
    mutating func stopRun(_ name: String) { effects.append(.stopRun(name)) }
    mutating func move(_ move: Move) { moves.append(move) }
    mutating func tell(_ text: String, _ tone: Notice.Tone = .plain) { notice = Notice(text, tone) }
}
