/// What a million tokens cost, exactly: whole 10⁻¹² US dollars per million tokens, so that each published figure, also one
/// given for a single token (`1.5e-07`), is kept without a digit lost.
public struct TokenRate: Hashable, Sendable {
    /// Units of 10⁻¹² US dollars per million tokens.
    public let units: Int64

    /// Decimal places of a dollar that ``units`` count.
    static let places = 12

    /// A rate of that many units.
    public init(units: Int64) {
        self.units = units
    }

    /// Reads decimal text (`0.075`, `15`, `1.5e-07`) in dollars per million tokens, or per token where `isPerToken`; digits
    /// beyond the twelfth place are rounded half away from zero. `nil` for what is no number, negative or above 1,000,000.
    public init?(decimal text: some StringProtocol, isPerToken: Bool = false) {
        guard let number = DecimalText(text) else { return nil }
        guard let units = number.scaled(by: Self.places + (isPerToken ? 6 : 0)) else { return nil }
        guard (0...1_000_000_000_000_000_000).contains(units) else { return nil }
        self.units = units
    }

    /// The rate in dollars per million tokens as decimal text, without trailing zeros.
    public var dollarsPerMillion: String {
        let scale: Int64 = 1_000_000_000_000
        let (whole, rest) = units.quotientAndRemainder(dividingBy: scale)
        guard rest != 0 else { return String(whole) }
        var digits = String(rest)
        digits = String(repeating: "0", count: Self.places - digits.utf8.count) + digits
        while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}

/// A decimal number as text gives it: digits and a power of ten.
struct DecimalText {
    private var digits: Int64 = 0
    private var exponent = 0

    /// Reads `12`, `0.3`, `1.5e-07`; `nil` for anything else and for more digits than fit.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)[...]
        var power = 0
        if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let written = Int(rest[rest.index(after: mark)...]), abs(written) <= 40 else { return nil }
            power = written
            rest = rest[..<mark]
        }
        var places = 0
        var sawDot = false
        var sawDigit = false
        for byte in rest.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (product, tooLarge) = digits.multipliedReportingOverflow(by: 10)
                let (sum, overflow) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
                guard !tooLarge, !overflow else { return nil }
                digits = sum
                sawDigit = true
                if sawDot { places += 1 }
            case UInt8(ascii: ".") where !sawDot: sawDot = true
            default: return nil
            }
        }
        guard sawDigit else { return nil }
        exponent = power - places
    }

    /// The number times ten to that power, rounded half away from zero; `nil` where it does not fit.
    func scaled(by power: Int) -> Int64? {
        var value = Int128(digits)
        var shift = exponent + power
        while shift > 0 {
            value *= 10
            shift -= 1
            guard value <= Int128(Int64.max) else { return nil }
        }
        guard shift > -38 else { return 0 }
        var divisor: Int128 = 1
        while shift < 0 {
            divisor *= 10
            shift += 1
        }
        return Int64(exactly: (value + divisor / 2) / divisor)
    }
}
