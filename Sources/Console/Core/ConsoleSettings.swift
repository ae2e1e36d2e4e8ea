/// What the person has chosen, as the settings' files say it: told at the start and whenever they change.
public struct ConsoleSettings: Hashable, Sendable {
    /// A theme one can choose.
    public struct ThemeChoice: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// One sentence on what it is for.
        public var about: String

        /// Makes a choice.
        public init(name: String, about: String) {
            self.name = name
            self.about = about
        }
    }

    /// The name that stands for `dark` or `light`, whichever fits the terminal's background.
    public static let automaticTheme = "auto"

    /// The theme's name, or ``automaticTheme``.
    public var theme: String
    /// The themes there are.
    public var themes: [ThemeChoice]
    /// Which keys mean which commands.
    public var keys: KeyMap
    /// The columns of each table whose columns were chosen, in their order.
    public var columns: [String: [String]]
    /// Where the lines between parts of screens were moved to, by screen, in hundredths.
    public var splits: [String: Int]
    /// The filters kept under names.
    public var filters: [SavedFilter]
    /// When the terminal's bell is rung.
    public var bell: Bell

    /// When the terminal's bell is rung.
    public struct Bell: Hashable, Sendable {
        /// When a span that came in has failed.
        public var onErrors: Bool
        /// When the calls of a day have cost more than this, in nano-dollars: once a day.
        public var dailyBudget: Int64?

        /// Makes one; without anything it is silent.
        public init(onErrors: Bool = false, dailyBudget: Int64? = nil) {
            self.onErrors = onErrors
            self.dailyBudget = dailyBudget
        }
    }

    /// Makes settings.
    public init(
        theme: String = "dark", themes: [ThemeChoice] = [], keys: KeyMap = .standard, columns: [String: [String]] = [:],
        splits: [String: Int] = [:], filters: [SavedFilter] = [], bell: Bell = Bell()
    ) {
        self.columns = columns
        self.splits = splits
        self.bell = bell
        self.filters = filters
        self.theme = theme
        self.themes = themes
        self.keys = keys
    }
}

extension ConsoleState {
    /// The name of the theme to draw with now: that which is tried, else the chosen one.
    public var theme: String {
        var name = settings.theme
        if let tried = picker(ThemeOverlay.self)?.selection(in: self) { name = tried.name }
        guard name == ConsoleSettings.automaticTheme else { return name }
        return hasLightBackground == true ? "light" : "dark"
    }
}
