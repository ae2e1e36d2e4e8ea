internal import Cells

/// Turns the bytes of a terminal into events. A value: bytes and pauses go in, events come out, what is incomplete stays
/// inside.
///
/// Read are UTF-8, the terminal's own key sequences (terminfo), the usual ones of xterm, rxvt and the Linux console with
/// modifiers, the keys of `CSI u`, SGR and X10 mouse reports, bracketed paste, focus, and the colour of the background.
/// Other answers and sequences unknown are swallowed whole, so that none of their bytes is taken for a key.
///
/// A slow line cuts sequences anywhere and for as long as it likes. One that has begun is read on to its final byte however
/// late that comes; control characters (Enter, Ctrl-C, Esc) break it off and are read for themselves, so that of a sequence
/// whose end is lost no more than a few keys are missed. Only an escape alone is told after a pause, and its rest is still
/// known when it comes.
struct InputParser {
    /// How long nothing has come.
    enum Pause: Comparable {
        /// Long enough for an escape to be the Escape key: a few hundredths of a second.
        case short
        /// Long enough for a person to have meant what is there: a second.
        case long
    }

    /// What has begun.
    enum State: Hashable {
        /// Nothing.
        case ground
        /// An escape; `isAlt` after another one.
        case escape(isAlt: Bool)
        /// An escape that was told as a key after a pause: what follows may still be its rest, after a long pause only if it
        /// comes as one piece.
        case afterEscape(isLate: Bool)
        /// The same and a byte that begins a sequence after an escape, or is a key.
        case afterEscapeThen(UInt8, isLate: Bool)
        /// An escape and such a byte that were told as a key with Alt after a long pause.
        case afterAlt(UInt8)
        /// The first bytes of a character.
        case text(isAlt: Bool)
        /// `CSI` and parameters.
        case control(isAlt: Bool)
        /// `CSI M`: three bytes follow.
        case oldMouse
        /// `CSI [`, of the Linux console: one byte follows.
        case console(isAlt: Bool)
        /// `SS3`: one byte follows.
        case single(isAlt: Bool)
        /// `OSC`, `DCS`, `SOS`, `PM` or `APC`, up to its end; `isEmpty` while it may be a key with Alt.
        case string(isEmpty: Bool)
        /// An escape within that.
        case stringEscape
        /// The same, told as a key after a pause: its rest may still come.
        case afterStringEscape
        /// A paste, up to its end.
        case paste(isStalled: Bool)
    }

    /// Sequences of this terminal, without the modes' own.
    var sequences: [[UInt8]: Key]
    /// What the Backspace key sends, from the terminal's settings; 0x7F always counts.
    var erase: UInt8

    var state = State.ground
    /// The bytes of what has begun, without a first escape for Alt; bounded.
    var begun: [UInt8] = []
    var paste = PasteBuffer()
    var events: [InputEvent] = []

    init(sequences: [[UInt8]: Key] = [:], erase: UInt8 = 0x7F) {
        self.sequences = sequences
        self.erase = erase
    }

    /// The pause after which something would be told that is held back now; `nil` where nothing would.
    var awaited: Pause? {
        switch state {
        case .escape, .afterEscapeThen(_, isLate: true): .short
        case .afterEscape(isLate: false), .afterEscapeThen(_, isLate: false): .long
        case .paste(let isStalled): isStalled ? (paste.isAtEscape ? .short : nil) : .long
        case .control, .single: begun.count == 2 ? .long : nil
        case .string(let isEmpty): isEmpty ? .long : nil
        case .stringEscape: .long
        case .ground, .afterEscape(isLate: true), .afterAlt, .text, .oldMouse, .console, .afterStringEscape: nil
        }
    }

    /// Takes bytes and returns what they say.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
        let bytes = Array(bytes)
        if case .paste = state, bytes == [0x03] { breakOffPaste(.control("c")) } else { bytes.forEach { take($0) } }
        return told()
    }

    /// Nothing more came for a while: what can only be a key is told.
    mutating func settle(_ pause: Pause = .long) -> [InputEvent] {
        switch state {
        case .escape(let isAlt):
            events += Array(repeating: .key(.escape), count: isAlt ? 2 : 1)
            state = .afterEscape(isLate: pause == .long)
        case .afterEscape:
            if pause == .long { state = .afterEscape(isLate: true) }
        case .afterEscapeThen(let byte, let isLate):
            guard isLate || pause == .long else { break }
            events.append(.key(InputParser.key(ofControl: byte, erase: erase)))
            state = .ground
        case .control(let isAlt), .single(let isAlt):
            if pause == .long, begun.count == 2 { tellAlt(begun[1], afterEscape: isAlt) }
        case .string(isEmpty: true):
            if pause == .long { tellAlt(begun[1], afterEscape: false) }
        case .stringEscape where pause == .long:
            events.append(.key(.escape))
            state = .afterStringEscape
        case .paste(isStalled: true) where paste.isAtEscape:
            breakOffPaste(.escape)
            state = .afterEscape(isLate: pause == .long)
        case .paste where pause == .long:
            state = .paste(isStalled: true)
        default: break
        }
        return told()
    }

    private mutating func told() -> [InputEvent] {
        defer { events = [] }
        return events
    }

    private mutating func tellAlt(_ byte: UInt8, afterEscape: Bool) {
        if afterEscape { events.append(.key(.escape)) }
        tell(Key(.character(Character(Unicode.Scalar(byte)))), isAlt: true)
        state = .afterAlt(byte)
    }

    mutating func tell(_ key: Key, isAlt: Bool) {
        var key = key
        if isAlt { key.modifiers.insert(.alt) }
        events.append(.key(key))
    }

    /// Tells what a whole sequence says. Two escapes before a key are Alt and that key, as rxvt sends it; before anything
    /// else the first is the Escape key.
    mutating func tell(_ event: InputEvent?, isAlt: Bool) {
        state = .ground
        if case .key(let key) = event, !isAlt || key.code != .escape { return tell(key, isAlt: isAlt) }
        if isAlt { events.append(.key(.escape)) }
        if let event { events.append(event) }
    }
}

// MARK: - One byte

extension InputParser {
    private mutating func take(_ byte: UInt8) {
        switch state {
        case .ground: takeFirst(byte)
        case .escape(let isAlt): takeAfterEscape(byte, isAlt: isAlt)
        case .afterEscape(let isLate): takeAfterToldEscape(byte, isLate: isLate)
        case .afterEscapeThen(let introducer, _):
            guard !resume(introducer, byte) else { return }
            events.append(.key(InputParser.key(ofControl: introducer, erase: erase)))
            takeAnew(byte)
        case .afterAlt(let introducer):
            if !resume(introducer, byte) { takeAnew(byte) }
        case .text(let isAlt): takeText(byte, isAlt: isAlt)
        case .control(let isAlt): takeControl(byte, isAlt: isAlt)
        case .oldMouse: takeOldMouse(byte)
        case .console(let isAlt): takeConsole(byte, isAlt: isAlt)
        case .single(let isAlt): takeSingle(byte, isAlt: isAlt)
        case .string: takeString(byte)
        case .stringEscape:
            if byte == 0x5C { return endString() }
            state = .ground
            takeAfterEscape(byte, isAlt: false)
        case .afterStringEscape:
            if byte == 0x5C { return endString() }
            state = .ground
            takeAfterToldEscape(byte, isLate: true)
        case .paste(let isStalled): takePaste(byte, isStalled: isStalled)
        }
    }

    /// Breaks off what has begun and reads a byte for itself.
    mutating func takeAnew(_ byte: UInt8) {
        state = .ground
        takeFirst(byte)
    }

    private mutating func takeFirst(_ byte: UInt8) {
        if byte == 0x1B {
            state = .escape(isAlt: false)
        } else if byte < 0x80 {
            events.append(.key(InputParser.key(ofControl: byte, erase: erase)))
        } else {
            takeTextStart(byte, isAlt: false)
        }
    }

    private mutating func takeAfterEscape(_ byte: UInt8, isAlt: Bool) {
        begun = [0x1B, byte]
        switch byte {
        case 0x5B: state = .control(isAlt: isAlt)
        case 0x4F: state = .single(isAlt: isAlt)
        case 0x1B:
            if isAlt { events.append(.key(.escape)) }
            state = .escape(isAlt: true)
        case 0x5D, 0x50, 0x58, 0x5E, 0x5F:
            if isAlt { events.append(.key(.escape)) }
            state = .string(isEmpty: true)
        default:
            if isAlt { events.append(.key(.escape)) }
            state = .ground
            if byte >= 0x80 { return takeTextStart(byte, isAlt: true) }
            if let key = sequences[begun] { return events.append(.key(key)) }
            tell(InputParser.key(ofControl: byte, erase: erase), isAlt: true)
        }
    }

    private mutating func takeAfterToldEscape(_ byte: UInt8, isLate: Bool) {
        if [0x5B, 0x4F, 0x5D, 0x50, 0x5F].contains(byte) {
            state = .afterEscapeThen(byte, isLate: isLate)
        } else {
            takeAnew(byte)
        }
    }

    /// Goes on with a sequence whose escape, or more, was told as a key already, if this byte can only be its next.
    private mutating func resume(_ introducer: UInt8, _ byte: UInt8) -> Bool {
        let isNext =
            switch introducer {
            case 0x5B: (0x30...0x3F).contains(byte) || [0x49, 0x5B].contains(byte) || isFinal(byte, of: introducer)
            case 0x4F: isFinal(byte, of: introducer)
            case 0x5D: (0x30...0x39).contains(byte)
            case 0x50: (0x30...0x39).contains(byte) || [0x21, 0x24, 0x2B, 0x3E].contains(byte)
            case 0x5F: byte == 0x47
            default: false
            }
        guard isNext else { return false }
        takeAfterEscape(introducer, isAlt: false)
        take(byte)
        return true
    }

    private func isFinal(_ byte: UInt8, of introducer: UInt8) -> Bool {
        byte == 0x4F || InputParser.code(final: byte) != nil || sequences[[0x1B, introducer, byte]] != nil
    }
}
