/// A colour in the OKLab space, where distance is close to what the eye sees as difference (Ottosson, 2020).
struct OKLab {
    var lightness: Double
    /// Green to red.
    var a: Double
    /// Blue to yellow.
    var b: Double

    init(_ color: Color) {
        let (red, green, blue) = color.linear
        let long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue).cubeRoot
        let medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue).cubeRoot
        let short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue).cubeRoot
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    }

    /// Whether the eye sees next to no hue in it.
    var isGrey: Bool { a * a + b * b < 0.045 * 0.045 }

    /// Whether it is so dark or so pale that as a ground it is seen as black or white with a tinge: eight colours have no
    /// such tinge, and a deep blue ground must not become a bright one.
    var isDeepOrPale: Bool { (lightness < 0.35 || lightness > 0.93) && a * a + b * b < 0.1 * 0.1 }

    func distanceByLightness(to other: OKLab) -> Double {
        (lightness - other.lightness) * (lightness - other.lightness)
    }

    /// How far apart two colours are by name, so to say: mostly by hue, for palettes of so few that most are far from all.
    func distanceByHue(to other: OKLab) -> Double {
        let l = lightness - other.lightness
        if isGrey || other.isGrey { return distanceByLightness(to: other) }
        let chroma = ((a * a + b * b) * (other.a * other.a + other.b * other.b)).squareRoot()
        return 2 - 2 * (a * other.a + b * other.b) / chroma + 0.3 * l * l
    }

    /// The square of the distance. Hue and chroma count more than lightness: a red that turns grey loses its meaning.
    func distance(to other: OKLab) -> Double {
        let (l, a, b) = (lightness - other.lightness, self.a - other.a, self.b - other.b)
        return l * l + 2 * (a * a + b * b)
    }
}

extension Color {
    /// Red, green and blue as light, 0–1 (sRGB transfer function).
    var linear: (red: Double, green: Double, blue: Double) {
        (Color.linear[Int(red)], Color.linear[Int(green)], Color.linear[Int(blue)])
    }

    private static let linear: [Double] = (0...255).map { level in
        let value = Double(level) / 255
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055).power2point4
    }

    /// Relative luminance, 0–1 (WCAG 2).
    public var luminance: Double {
        let light = linear
        return 0.2126 * light.red + 0.7152 * light.green + 0.0722 * light.blue
    }

    /// The contrast between two colours, 1–21 (WCAG 2).
    public func contrast(with other: Color) -> Double {
        let (high, low) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (high + 0.05) / (low + 0.05)
    }

    /// Reads `#rrggbb`; `nil` for anything else.
    public init?(hex text: some StringProtocol) {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6,
            digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: Array(digits), as: UTF8.self), radix: 16)
        else { return nil }
        self.init(
            red: UInt8(truncatingIfNeeded: value >> 16), green: UInt8(truncatingIfNeeded: value >> 8),
            blue: UInt8(truncatingIfNeeded: value))
    }

    /// `#rrggbb`.
    public var hex: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension Double {
    /// The cube root of a number that is not negative, by Newton's method; the standard library has none without libm.
    fileprivate var cubeRoot: Double {
        guard self > 0 else { return 0 }
        var root = squareRoot().squareRoot() > 1 ? self / 3 : max(self, 0.02).squareRoot()
        for _ in 0..<60 {
            let next = (2 * root + self / (root * root)) / 3
            if abs(next - root) <= 1e-15 * root { return next }
            root = next
        }
        return root
    }

    /// This number to the power of 2.4, as its square times the fifth root of its square.
    fileprivate var power2point4: Double {
        guard self > 0 else { return 0 }
        let square = self * self
        var root = square.squareRoot()
        for _ in 0..<80 {
            let fourth = root * root * root * root
            let next = (4 * root + square / fourth) / 5
            if abs(next - root) <= 1e-15 * root { break }
            root = next
        }
        return square * root
    }
}
