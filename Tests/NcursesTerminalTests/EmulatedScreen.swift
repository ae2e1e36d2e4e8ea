import Cells

/// A terminal emulator as small as it can be for what ncurses sends to xterm-256color: text with its columns, cursor moves,
/// erasing, inserting, deleting, scrolling, repeating. Colours are counted, not kept.
struct EmulatedScreen {
    private(set) var columns: Int
    private(set) var rows: Int
    /// Text per cell; "" for the right half of a wide character.
    private var cells: [[String]]
    private var x = 0
    private var y = 0
    private var wraps = false
    private var margins: ClosedRange<Int>
    private var last = " "
    /// Private modes that are on.
    private(set) var modes: Set<Int> = [25, 7]
    private(set) var title = ""
    /// Sequences that were not understood; a test expects none.
    private(set) var unknown: [String] = []
    /// Foregrounds asked for: 256-colour and direct ones.
    private(set) var colors: Set<String> = []

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
        margins = 0...max(0, rows - 1)
    }

    var text: String { cells.map { row in trimmed(row.joined()) }.joined(separator: "\n") }
    var cursor: Point { Point(x: x, y: y) }

    private func trimmed(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }

    mutating func resize(columns: Int, rows: Int) {
        self = EmulatedScreen(columns: columns, rows: rows)
    }

    mutating func feed(_ bytes: [UInt8]) {
        var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\u{1B}": escape(&scalars)
            case "\r": move(x: 0, y: y)
            case "\n": lineFeed()
            case "\u{8}": move(x: x - 1, y: y)
            case "\u{E}", "\u{F}", "\u{7}": break
            default: put(String(scalar))
            }
        }
    }

    private mutating func move(x: Int, y: Int) {
        self.x = min(max(0, x), columns - 1)
        self.y = min(max(0, y), rows - 1)
        wraps = false
    }

    private mutating func put(_ text: String) {
        guard let scalar = text.unicodeScalars.first else { return }
        let category = scalar.properties.generalCategory
        if category == .nonspacingMark || category == .enclosingMark || scalar == "\u{200D}" {
            let column = wraps ? x : max(0, x - 1)
            cells[y][cells[y][column].isEmpty ? max(0, column - 1) : column] += text
            return
        }
        let width = displayWidth(of: text)
        if wraps || x + width > columns {
            move(x: 0, y: y)
            lineFeed()
        }
        clear(x, width)
        cells[y][x] = text
        if width == 2 { cells[y][x + 1] = "" }
        last = text
        wraps = x + width >= columns
        x = min(x + width, columns - 1)
    }

    /// Before cells are overwritten: a wide character that loses one half loses both.
    private mutating func clear(_ start: Int, _ count: Int) {
        if start > 0, cells[y][start].isEmpty { cells[y][start - 1] = " " }
        if start + count < columns, cells[y][start + count].isEmpty { cells[y][start + count] = " " }
    }

    private mutating func lineFeed() {
        wraps = false
        if y == margins.upperBound { scroll(by: 1) } else { y = min(rows - 1, y + 1) }
    }

    private mutating func scroll(by count: Int, from top: Int? = nil) {
        let top = top ?? margins.lowerBound
        let blank = Array(repeating: " ", count: columns)
        for _ in 0..<abs(count) {
            if count > 0 {
                cells.remove(at: top)
                cells.insert(blank, at: margins.upperBound)
            } else {
                cells.remove(at: margins.upperBound)
                cells.insert(blank, at: top)
            }
        }
    }

    private mutating func escape(_ scalars: inout Substring.UnicodeScalarView) {
        guard let kind = scalars.popFirst() else { return }
        switch kind {
        case "[": control(&scalars)
        case "]":
            var text = ""
            while let scalar = scalars.popFirst(), scalar != "\u{7}" { text.unicodeScalars.append(scalar) }
            if text.hasPrefix("2;") { title = String(text.dropFirst(2)) }
        case "(", ")": _ = scalars.popFirst()
        case "=", ">": break
        case "M": if y == margins.lowerBound { scroll(by: -1) } else { move(x: x, y: y - 1) }
        default: unknown.append("ESC \(kind)")
        }
    }

    private mutating func control(_ scalars: inout Substring.UnicodeScalarView) {
        var parameters = ""
        while let scalar = scalars.popFirst() {
            guard (0x40...0x7E).contains(scalar.value) else {
                parameters.unicodeScalars.append(scalar)
                continue
            }
            perform(parameters, Character(scalar))
            return
        }
    }

    private mutating func perform(_ parameters: String, _ final: Character) {
        if parameters.hasPrefix("?") {
            for mode in parameters.dropFirst().split(separator: ";").compactMap({ Int($0) }) {
                if final == "h" { modes.insert(mode) } else if final == "l" { modes.remove(mode) }
            }
            return
        }
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let count = max(1, numbers.first ?? 1)
        switch final {
        case "H": move(x: (numbers.count > 1 ? max(1, numbers[1]) : 1) - 1, y: count - 1)
        case "A": move(x: x, y: y - count)
        case "B": move(x: x, y: y + count)
        case "C": move(x: x + count, y: y)
        case "D": move(x: x - count, y: y)
        case "G": move(x: count - 1, y: y)
        case "d": move(x: x, y: count - 1)
        case "m": note(parameters)
        case "b": for _ in 0..<count { put(last) }
        case "r": setMargins(numbers)
        case "S": scroll(by: count)
        case "T": scroll(by: -count)
        case "L" where margins.contains(y): scroll(by: -count, from: y)
        case "M" where margins.contains(y): scroll(by: count, from: y)
        case "J", "K", "X", "@", "P": edit(final, numbers.first ?? 0)
        case "t", "h", "l": break
        default: unknown.append("CSI \(parameters)\(final)")
        }
    }

    private mutating func note(_ parameters: String) {
        let isBasic = parameters.count == 2 && "30"..."37" ~= parameters
        if isBasic || parameters.hasPrefix("38") { colors.insert(parameters) }
    }

    private mutating func setMargins(_ numbers: [Int]) {
        let top = max(1, numbers.first ?? 1) - 1
        let bottom = numbers.count > 1 ? min(rows, numbers[1]) - 1 : rows - 1
        margins = min(top, bottom)...max(top, bottom)
        move(x: 0, y: 0)
    }

    private mutating func edit(_ final: Character, _ number: Int) {
        let count = max(1, number)
        switch final {
        case "K": blank(number == 1 ? 0...x : number == 2 ? 0...(columns - 1) : x...(columns - 1))
        case "X": blank(x...min(columns - 1, x + count - 1))
        case "@":
            cells[y].insert(contentsOf: Array(repeating: " ", count: count), at: x)
            cells[y].removeLast(count)
        case "P":
            let removed = min(count, columns - x)
            cells[y].removeSubrange(x..<x + removed)
            cells[y] += Array(repeating: " ", count: removed)
        default:
            let line = y
            let erased = number == 1 ? 0...y : number == 2 ? 0...(rows - 1) : y...(rows - 1)
            for row in erased {
                y = row
                let isPart = row == line && number < 2
                blank(isPart ? (number == 1 ? 0...x : x...(columns - 1)) : 0...(columns - 1))
            }
            y = line
        }
        wraps = false
    }

    private mutating func blank(_ range: ClosedRange<Int>) {
        clear(range.lowerBound, range.count)
        for column in range { cells[y][column] = " " }
    }
}
