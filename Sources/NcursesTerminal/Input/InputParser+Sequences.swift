internal import Cells

extension InputParser {
    /// More parameters than any sequence has are not kept.
    private static let mostParameters = 64

    mutating func takeControl(_ byte: UInt8, isAlt: Bool) {
        if begun.count == 2, byte == 0x4D, sequences[begun + [byte]] == nil {
            if isAlt { events.append(.key(.escape)) }
            begun = []
            state = .oldMouse
        } else if begun.count == 2, byte == 0x5B {
            begun.append(byte)
            state = .console(isAlt: isAlt)
        } else if (0x20..<0x40).contains(byte) {
            if begun.count <= InputParser.mostParameters + 2 { begun.append(byte) }
        } else if (0x40..<0x7F).contains(byte) {
            endControl(byte, isAlt: isAlt)
        } else {
            takeAnew(byte)
        }
    }

    private mutating func endControl(_ final: UInt8, isAlt: Bool) {
        if let key = sequences[begun + [final]] { return tell(.key(key), isAlt: isAlt) }
        let sequence = ControlSequence(parameters: begun[2...], final: final)
        guard begun.count <= InputParser.mostParameters + 2 else { return state = .ground }
        guard sequence.isPasteStart else { return tell(sequence.event(erase: erase), isAlt: isAlt) }
        tell(nil, isAlt: isAlt)
        paste = PasteBuffer()
        state = .paste(isStalled: false)
    }

    /// A report of terminals without SGR mouse: three bytes, each 32 more than its value.
    mutating func takeOldMouse(_ byte: UInt8) {
        guard byte >= 0x20 else { return takeAnew(byte) }
        begun.append(byte)
        guard begun.count == 3 else { return }
        state = .ground
        let values = begun.map { Int($0) - 32 }
        let isRelease = values[0] & 3 == 3 && values[0] < 64
        if let event = MouseReport.event(button: values[0], x: values[1], y: values[2], isRelease: isRelease) {
            events.append(.mouse(event))
        }
    }

    /// The Linux console: `CSI [ A` … `E` are F1–F5.
    mutating func takeConsole(_ byte: UInt8, isAlt: Bool) {
        guard (0x20..<0x7F).contains(byte) else { return takeAnew(byte) }
        let own = sequences[begun + [byte]]
        let key = own ?? ((0x41...0x45).contains(byte) ? Key(.function(Int(byte) - 0x40)) : nil)
        tell(key.map { .key($0) }, isAlt: isAlt)
    }

    mutating func takeSingle(_ byte: UInt8, isAlt: Bool) {
        guard (0x20..<0x7F).contains(byte) else { return takeAnew(byte) }
        let key = sequences[begun + [byte]] ?? InputParser.code(final: byte).map { Key($0) }
        tell(key.map { .key($0) }, isAlt: isAlt)
    }

    /// Strings the terminal sends in answer, up to their end. They hold no control characters.
    mutating func takeString(_ byte: UInt8) {
        switch byte {
        case 0x07: endString()
        case 0x1B: state = .stringEscape
        case 0..<0x20: takeAnew(byte)
        default:
            if begun.count <= InputParser.mostParameters { begun.append(byte) }
            state = .string(isEmpty: false)
        }
    }

    /// Of all answers only the background's colour is asked for; others are swallowed.
    mutating func endString() {
        state = .ground
        let answer = String(decoding: begun.dropFirst(2), as: UTF8.self)
        guard begun.starts(with: [0x1B, 0x5D]), let color = BackgroundAnswer.color(of: answer) else { return }
        events.append(.background(color))
    }
}
