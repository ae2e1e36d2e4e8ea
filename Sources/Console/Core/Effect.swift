public import Experiments
public import TraceModel
public import WorkspaceModel

/// What `reduce` asks the world to do.
public enum Effect: Sendable {
    /// Ask the store; what the same owner and slot asked before is no longer wanted.
    case load(Request, as: RequestID)
    /// Change the workspace; the outcome comes back as ``ScreenAnswer/workspace(_:)``.
    case work(WorkspaceAction, as: RequestID)
    /// Open text in the person's `$EDITOR`; it comes back as ``ScreenAnswer/edited(_:)``.
    case edit(String, name: String, as: RequestID)
    /// Put text on the clipboard (OSC 52).
    case copy(String, what: String)
    /// Put what a file would hold on the clipboard.
    case copyDocument(Export, what: String)
    /// Write a file that does not exist yet and report its path with ``ConsoleEvent/notice(_:)``.
    case export(Export)
    /// Begin no further call of a run, or go on with it.
    case holdRun(String, Bool)
    /// End a run after the calls under way.
    case stopRun(String)
    /// Keep something of a session, or score it.
    case judge(KeepAction)
    /// Ring the terminal's bell.
    case ring
    /// Ask the terminal for its background.
    case askBackground
    /// Write a theme's name into the settings, so that the next console has it too.
    case keepTheme(String)
    /// Write what was chosen into the settings likewise.
    case keep(Preference)
    /// Keep a filter that was used for consoles to come.
    case rememberFilter(String)
    /// Stop the process as Ctrl-Z does; the screen is drawn anew afterwards.
    case suspend
    /// Draw every cell again, whatever the terminal is thought to show.
    case redraw
    /// End.
    case quit
}

/// What can be written to a file.
public enum Export: Hashable, Sendable {
    /// One span's record as JSON.
    case span(SpanKey)
    /// All spans of a session, one record a line.
    case session(String)
    /// A session as Markdown.
    case sessionMarkdown(String)
    /// A session as one page of HTML that needs nothing else.
    case sessionPage(String)
    /// A call as a request that somebody else can send.
    case call(SpanKey, CallForm)
}

/// How the way in fares, as the bar shows it.
public struct ConsoleHealth: Hashable, Sendable {
    /// One way in.
    public struct Source: Hashable, Sendable {
        /// How it is.
        public enum State: Hashable, Sendable {
            /// It takes spans.
            case listening
            /// Another console on this store listens; this one reads.
            case elsewhere
            /// It does not work; the reason for people.
            case failed(String)
        }

        /// What the bar calls it: `http 4318`, `udp 4319`, `app.ndjson`.
        public var name: String
        /// How it is.
        public var state: State
        /// What came in by it, where that is counted here.
        public var received: Int?

        /// Makes a source.
        public init(name: String, state: State, received: Int? = nil) {
            self.name = name
            self.state = state
            self.received = received
        }
    }

    /// The ways in, in the order in which they are shown.
    public var sources: [Source]
    /// Where HTTP is listened to, `127.0.0.1:4318`; `nil` while it is not.
    public var httpAddress: String?
    /// Spans lost since the start, by cause, causes that lost none left out.
    public var dropped: [Drop]
    /// Events and metrics that make no span, by name, most first.
    public var passedOver: [Drop]
    /// Secrets masked since the start.
    public var masked: Int
    /// Work that goes on, for people: `reading app.ndjson 42%`.
    public var activity: String?
    /// How a question fares that the store's server has been working on for a while: `asking 3.5s, 1.2 GB`.
    public var asking: String?

    /// A cause and what it cost.
    public struct Drop: Hashable, Sendable {
        /// The cause for people: `not a span`, `queue full`.
        public var cause: String
        /// How many.
        public var count: Int

        /// Makes one.
        public init(cause: String, count: Int) {
            self.cause = cause
            self.count = count
        }
    }

    /// Makes a health.
    public init(
        sources: [Source] = [], dropped: [Drop] = [], passedOver: [Drop] = [], masked: Int = 0, activity: String? = nil
    ) {
        self.sources = sources
        self.dropped = dropped
        self.passedOver = passedOver
        self.masked = masked
        self.activity = activity
    }

    /// Spans lost by all causes.
    public var droppedTotal: Int { dropped.reduce(0) { $0 + $1.count } }
}
