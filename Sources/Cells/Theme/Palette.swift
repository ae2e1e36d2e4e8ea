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

    /// The palette index nearest to a colour at that depth. `none` and `direct` have no palette: `nil`.
    ///
    /// Of 256 only 16–255 are used, for the first 16 are what the user made of them. Of 8 and 16 a grey becomes a grey and a
    /// colour the one of its hue, for what is set off by its hue must not lose it.
    /// - Parameters:
    ///   - ground: where the colour is for text, what it stands on.
    ///   - least: the contrast with the ground below which a colour of the palette is left out.
    public static func nearest(
        to color: Color, depth: ColorDepth, on ground: Color? = nil, contrast least: Double = 3
    ) -> Int? {
        if depth == .sixteen, ground != nil, least < readable,
            let bright = nearest(to: color, depth: depth, on: ground, contrast: readable, keepsHue: true)
        {
            return bright
        }
        return nearest(to: color, depth: depth, on: ground, contrast: least, keepsHue: false)
    }

    /// The contrast text needs to be read with ease (WCAG 2, AA). Of sixteen colours the bright ones of most hues reach it.
    private static let readable = 4.5

    /// - Parameter keepsHue: `nil` rather than a colour of another hue, or grey for a colour.
    private static func nearest(
        to color: Color, depth: ColorDepth, on ground: Color?, contrast least: Double, keepsHue: Bool
    ) -> Int? {
        let wanted = OKLab(color)
        func best(_ candidates: some Sequence<Int>, _ distance: (Int) -> Double) -> Int? {
            candidates.filter { index in ground.map { colors[index].contrast(with: $0) >= least } ?? true }
                .map { (index: $0, distance: distance($0)) }.min { $0.distance < $1.distance }?.index
        }
        switch depth {
        case .none, .direct: return nil
        case .indexed: return best(16..<256) { wanted.distance(to: perceived[$0]) }
        case .eight, .sixteen:
            let all = 0..<(depth == .eight ? 8 : 16)
            let isGrey = wanted.isGrey || ground == nil && wanted.isDeepOrPale
            let like = best(all.filter { perceived[$0].isGrey == isGrey }) { index in
                isGrey ? wanted.distanceByLightness(to: perceived[index]) : named(wanted, index)
            }
            if keepsHue { return like.flatMap { isNear(wanted, $0) ? $0 : nil } }
            return like ?? best(all) { named(wanted, $0) }
        }
    }

    /// The indices of a text's colour and of its ground, such that the one can be read on the other: of 256 colours with the
    /// contrast the two have themselves, up to 4.5 : 1; of fewer, which differ from terminal to terminal, with 3 : 1. `nil`
    /// where there is no palette.
    public static func pair(_ text: Color, on ground: Color, depth: ColorDepth) -> (text: Int, ground: Int)? {
        guard let below = nearest(to: ground, depth: depth) else { return nil }
        let least = depth == .indexed ? min(4.5, text.contrast(with: ground)) : 3
        return nearest(to: text, depth: depth, on: colors[below], contrast: least).map { ($0, below) }
    }

    /// How far a colour of ANSI is by name. A bright one has the hue of its dark twin: xterm's bright blue has some violet
    /// in it, which other terminals' have not.
    private static func named(_ wanted: OKLab, _ index: Int) -> Double {
        var color = perceived[index % 8]
        color.lightness = perceived[index].lightness
        return wanted.distanceByHue(to: color)
    }

    /// Whether a colour of ANSI goes by the name of another: at most 45 degrees of hue away, or both grey.
    private static func isNear(_ wanted: OKLab, _ index: Int) -> Bool {
        var color = perceived[index % 8]
        color.lightness = wanted.lightness
        return wanted.isGrey || color.isGrey || wanted.distanceByHue(to: color) < 0.59
    }

    /// The colour a terminal of that depth shows for a colour; `nil` without colours.
    public static func shown(_ color: Color, depth: ColorDepth, on ground: Color? = nil) -> Color? {
        if depth == .direct { return color }
        return nearest(to: color, depth: depth, on: ground).map { colors[$0] }
    }
}
