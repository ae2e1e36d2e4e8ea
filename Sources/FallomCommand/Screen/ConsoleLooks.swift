import Cells

/// The themes as this terminal can show them, each made when it is first wanted.
struct ConsoleLooks: Sendable {
    private let depth: ColorDepth
    private var made: [String: Theme] = [:]
    /// The definitions; those read anew replace what was made of the old.
    var library: ThemeLibrary {
        didSet { made = [:] }
    }

    init(_ library: ThemeLibrary, depth: ColorDepth) {
        self.library = library
        self.depth = depth
    }

    subscript(name: String) -> Theme {
        mutating get {
            if let theme = made[name] { return theme }
            let theme = library.theme(name).adapted(to: depth)
            made[name] = theme
            return theme
        }
    }
}

/// What `COLORFGBG`, which rxvt, Konsole and others set, tells: the numbers of the text's colour and of the ground's, of
/// the sixteen of ANSI.
enum BackgroundHint {
    /// Whether the ground is a light one; `nil` where nothing is said.
    static func isLight(_ variable: String?) -> Bool? {
        guard let last = variable?.split(separator: ";").last, let number = Int(last), (0..<16).contains(number) else {
            return nil
        }
        return number == 7 || number > 8
    }
}
