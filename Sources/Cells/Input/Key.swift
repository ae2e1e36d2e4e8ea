/// A key with the modifiers held, as a terminal can tell them apart.
///
/// Its notation is what the command table, the help screen and the manual show: `C-d`, `M-x`, `Enter`, `BTab`, `S-Up`, `F5`, `?`.
public struct Key: Hashable, Sendable {
    /// Which key.
    public enum Code: Hashable, Sendable {
        /// A character; with Shift it is the upper one, so that no modifier is needed.
        case character(Character)
        /// Return.
        case enter
        /// Tab; Shift-Tab is `backTab`.
        case tab
        /// Shift-Tab.
        case backTab
        /// Escape.
        case escape
        /// Backspace.
        case backspace
        /// Delete forward.
        case delete
        /// Insert.
        case insert
        /// Arrow up.
        case up
        /// Arrow down.
        case down
        /// Arrow left.
        case left
        /// Arrow right.
        case right
        /// Home.
        case home
        /// End.
        case end
        /// Page up.
        case pageUp
        /// Page down.
        case pageDown
        /// A function key, 1–12.
        case function(Int)
    }

    /// Keys held with it.
    public struct Modifiers: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Makes a set from bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Control.
        public static let control = Modifiers(rawValue: 1)
        /// Alt or Meta.
        public static let alt = Modifiers(rawValue: 2)
        /// Shift, with keys that are no characters.
        public static let shift = Modifiers(rawValue: 4)
    }

    /// Which key.
    public var code: Code
    /// Keys held with it.
    public var modifiers: Modifiers

    /// Makes a key.
    public init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// A character alone; a literal of it says the same.
    public static func character(_ character: Character) -> Key { Key(.character(character)) }
    /// A character with Control; letters are told in lower case.
    public static func control(_ character: Character) -> Key { Key(.character(character), .control) }
    /// A character with Alt.
    public static func alt(_ character: Character) -> Key { Key(.character(character), .alt) }

    /// Return.
    public static let enter = Key(.enter)
    /// Tab.
    public static let tab = Key(.tab)
    /// Shift-Tab.
    public static let backTab = Key(.backTab)
    /// Escape.
    public static let escape = Key(.escape)
    /// Backspace.
    public static let backspace = Key(.backspace)
    /// Delete forward.
    public static let delete = Key(.delete)
    /// Arrow up.
    public static let up = Key(.up)
    /// Arrow down.
    public static let down = Key(.down)
    /// Arrow left.
    public static let left = Key(.left)
    /// Arrow right.
    public static let right = Key(.right)
    /// Home.
    public static let home = Key(.home)
    /// End.
    public static let end = Key(.end)
    /// Page up.
    public static let pageUp = Key(.pageUp)
    /// Page down.
    public static let pageDown = Key(.pageDown)
    /// Space.
    public static let space = Key(.character(" "))
}

extension Key: ExpressibleByExtendedGraphemeClusterLiteral {
    /// A key that is a character alone: `"j"`.
    public init(extendedGraphemeClusterLiteral character: Character) { self.init(.character(character)) }
}
