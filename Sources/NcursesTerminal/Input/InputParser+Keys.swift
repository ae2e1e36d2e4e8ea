internal import Cells

extension InputParser {
    /// The key of one ASCII byte.
    static func key(ofControl byte: UInt8, erase: UInt8) -> Key {
        switch byte {
        case 0x0D: return .enter
        case 0x09: return .tab
        case 0x1B: return .escape
        case 0x7F: return .backspace
        case erase where byte < 0x20: return .backspace
        case 0x00: return .control(" ")
        case 0x01...0x1A: return .control(Character(Unicode.Scalar(byte + 0x60)))
        case 0x1C...0x1F: return .control(Character(Unicode.Scalar(byte + 0x40)))
        default: return .character(Character(Unicode.Scalar(byte)))
        }
    }

    /// The key that the last letter of a CSI or SS3 sequence stands for.
    static func code(final: UInt8) -> Key.Code? {
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return .right
        case UInt8(ascii: "D"): return .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "M"): return .enter
        case UInt8(ascii: "Z"): return .backTab
        case UInt8(ascii: "P")...UInt8(ascii: "S"): return .function(Int(final - UInt8(ascii: "P")) + 1)
        default: return nil
        }
    }

    /// The key that the number of `CSI number ~` stands for.
    static func code(number: Int) -> Key.Code? {
        switch number {
        case 1, 7: return .home
        case 2: return .insert
        case 3: return .delete
        case 4, 8: return .end
        case 5: return .pageUp
        case 6: return .pageDown
        case 11...15: return .function(number - 10)
        case 17...21: return .function(number - 11)
        case 23, 24: return .function(number - 12)
        default: return nil
        }
    }
}
