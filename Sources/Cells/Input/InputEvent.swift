/// What comes from a terminal.
public enum InputEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// Text was pasted as one piece (bracketed paste); line breaks are `\n`. It is not made harmless: it is input.
    case paste(String)
    /// The mouse did something.
    case mouse(MouseEvent)
    /// The terminal now has this size.
    case resize(Size)
    /// The terminal's window got (true) or lost the focus.
    case focus(Bool)
    /// The terminal says what its background is, because it was asked (OSC 11).
    case background(Color)
    /// The process came back after Ctrl-Z: everything has to be drawn again.
    case resumed
    /// A signal or a lost terminal asks the program to end.
    case end(EndReason)
}

/// Why the program has to end.
public enum EndReason: Hashable, Sendable {
    /// SIGINT from outside (the key Ctrl-C is a key).
    case interrupted
    /// SIGTERM.
    case terminated
    /// SIGHUP, or the terminal is gone.
    case hungUp

    /// The exit status a shell expects: 128 and the signal's number.
    public var exitStatus: Int32 {
        switch self {
        case .interrupted: return 130
        case .terminated: return 143
        case .hungUp: return 129
        }
    }
}

/// A mouse event.
public struct MouseEvent: Hashable, Sendable {
    /// What the mouse did.
    public enum Action: Hashable, Sendable {
        /// A button went down.
        case press(Button)
        /// A button came up.
        case release(Button)
        /// The mouse moved with a button down.
        case drag(Button)
        /// The wheel turned: negative up, positive down, in notches.
        case wheel(Int)
    }

    /// Which button.
    public enum Button: Hashable, Sendable {
        /// Left.
        case left
        /// Middle.
        case middle
        /// Right.
        case right
    }

    /// What it did.
    public var action: Action
    /// The cell, from 0 at the top left.
    public var point: Point
    /// Keys held.
    public var modifiers: Key.Modifiers

    /// Makes an event.
    public init(_ action: Action, at point: Point, modifiers: Key.Modifiers = []) {
        self.action = action
        self.point = point
        self.modifiers = modifiers
    }
}
