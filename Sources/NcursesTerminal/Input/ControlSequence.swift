internal import Cells

/// A complete `CSI parameters final`.
struct ControlSequence {
    /// The byte before the numbers, as `<` or `?`.
    private var marker: UInt8?
    private var numbers: [Int] = []
    private var final: UInt8

    init(parameters: ArraySlice<UInt8>, final: UInt8) {
        self.final = final
        var parameters = parameters
        if let first = parameters.first, (0x3C...0x3F).contains(first) {
            marker = first
            parameters = parameters.dropFirst()
        }
        for part in parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            // Sub-parameters after a colon say nothing we need.
            let digits = part.prefix { (0x30...0x39).contains($0) }.prefix(6)
            numbers.append(digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
    }

    var isPasteStart: Bool { final == UInt8(ascii: "~") && numbers.first == 200 }

    func event(erase: UInt8) -> InputEvent? {
        if marker == UInt8(ascii: "<") { return mouse }
        guard marker == nil else { return nil }
        switch final {
        case UInt8(ascii: "I") where numbers.allSatisfy({ $0 == 0 }): return .focus(true)
        case UInt8(ascii: "O") where numbers.allSatisfy({ $0 == 0 }): return .focus(false)
        case UInt8(ascii: "~"): return tilde(erase)
        case UInt8(ascii: "u"): return character(numbers.first ?? 0, modifier: number(1), erase)
        // Two numbers before R are the answer to a question for the cursor's place, unless the first is 1 as in F3's.
        case UInt8(ascii: "R") where numbers.count > 1 && numbers[0] != 1: return nil
        default: return InputParser.code(final: final).map { .key(key($0, modifier: number(1))) }
        }
    }

    private func number(_ index: Int) -> Int { index < numbers.count ? numbers[index] : 0 }

    private func tilde(_ erase: UInt8) -> InputEvent? {
        // CSI 27 ; modifier ; code ~ is xterm's modifyOtherKeys.
        if numbers.count == 3, numbers[0] == 27 { return character(numbers[2], modifier: numbers[1], erase) }
        return InputParser.code(number: number(0)).map { .key(key($0, modifier: number(1))) }
    }

    private func key(_ code: Key.Code, modifier: Int) -> Key {
        let modifiers = ControlSequence.modifiers(modifier)
        if code == .tab || code == .backTab, modifiers.contains(.shift) || code == .backTab {
            return Key(.backTab, modifiers.subtracting(.shift))
        }
        return Key(code, modifiers)
    }

    private func character(_ code: Int, modifier: Int, _ erase: UInt8) -> InputEvent? {
        guard let scalar = Unicode.Scalar(UInt32(code)) else { return nil }
        var modifiers = ControlSequence.modifiers(modifier)
        if code < 0x20 || code == 0x7F {
            return .key(key(InputParser.key(ofControl: UInt8(code), erase: erase).code, modifier: modifier))
        }
        // Keys without a character (0xE000 on in that protocol) are not ours.
        guard !(0xE000...0xF8FF).contains(code) else { return nil }
        var character = Character(scalar)
        if modifiers.contains(.shift) {
            modifiers.remove(.shift)
            if let upper = character.uppercased().first, !modifiers.contains(.control) { character = upper }
        }
        return .key(Key(.character(character), modifiers))
    }

    /// Modifiers are told as 1 and the sum of Shift 1, Alt 2, Control 4.
    private static func modifiers(_ parameter: Int) -> Key.Modifiers {
        var modifiers: Key.Modifiers = []
        let bits = max(0, parameter - 1)
        if bits & 1 != 0 { modifiers.insert(.shift) }
        if bits & 2 != 0 { modifiers.insert(.alt) }
        if bits & 4 != 0 { modifiers.insert(.control) }
        return modifiers
    }

    private var mouse: InputEvent? {
        guard numbers.count == 3, final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else { return nil }
        return MouseReport.event(
            button: numbers[0], x: numbers[1], y: numbers[2], isRelease: final == UInt8(ascii: "m")
        ).map { .mouse($0) }
    }
}

/// The numbers of a mouse report.
enum MouseReport {
    /// An event, `nil` for buttons and moves we do not use. Columns and rows count from 1 in the report.
    static func event(button: Int, x: Int, y: Int, isRelease: Bool) -> MouseEvent? {
        guard button >= 0, x > 0, y > 0 else { return nil }
        var modifiers: Key.Modifiers = []
        if button & 4 != 0 { modifiers.insert(.shift) }
        if button & 8 != 0 { modifiers.insert(.alt) }
        if button & 16 != 0 { modifiers.insert(.control) }
        let point = Point(x: x - 1, y: y - 1)
        if button & 64 != 0 {
            // 64 up, 65 down; 66 and 67 turn sideways.
            guard button & 3 < 2, !isRelease else { return nil }
            return MouseEvent(.wheel(button & 3 == 0 ? -1 : 1), at: point, modifiers: modifiers)
        }
        let which: MouseEvent.Button
        switch button & 3 {
        case 0: which = .left
        case 1: which = .middle
        case 2: which = .right
        default:
            // Which button came up an old report does not tell; a move without a button is not used.
            guard isRelease else { return nil }
            which = .left
        }
        if button & 32 != 0 { return isRelease ? nil : MouseEvent(.drag(which), at: point, modifiers: modifiers) }
        return MouseEvent(isRelease ? .release(which) : .press(which), at: point, modifiers: modifiers)
    }
}
