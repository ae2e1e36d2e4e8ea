/// The colours of the xterm palette and the nearest of them to a colour, as the eye sees it.
public enum Palette {
    /// The 256 colours: 16 of ANSI (as xterm has them; users change these), a cube of 6×6×6, and 24 greys.
    public static let colors: [Color] = {
        var colors = ansi
        let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
        for red in steps {
            for green in steps {
                for blue in steps { colors.append(Color(red: red, green: green, blue: blue)) }
            }
        }
        for step in 0..<24 {
            let level = UInt8(8 + 10 * step)
            colors.append(Color(red: level, green: level, blue: level))
        }
        return colors
    }()

    private static let ansi: [Color] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ].map { Color(red: $0.0, green: $0.1, blue: $0.2) }

    private static let perceived = colors.map(OKLab.init)

    /// The palette index nearest to a colour at that depth. Of 256, only 16–255 are used, for the first 16 are what the
    /// user made of them. `none` and `direct` have no palette: `nil`.
    public static func nearest(to color: Color, depth: ColorDepth) -> Int? {
        let candidates: Range<Int>
        switch depth {
        case .none, .direct: return nil
        case .eight: candidates = 0..<8
        case .sixteen: candidates = 0..<16
        case .indexed: candidates = 16..<256
        }
        let wanted = OKLab(color)
        return candidates.min { wanted.distance(to: perceived[$0]) < wanted.distance(to: perceived[$1]) }
    }

    /// The colour a terminal of that depth shows for a colour; `nil` without colours.
    public static func shown(_ color: Color, depth: ColorDepth) -> Color? {
        if depth == .direct { return color }
        return nearest(to: color, depth: depth).map { colors[$0] }
    }
}
