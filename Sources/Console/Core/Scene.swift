import Assignment
import Cells
import Display
import Experiments
import TraceModel

/// What a screen draws with: looks, signs and clock. It knows nothing of where its canvas lies.
struct Scene: Sendable {
    let theme: Theme
    let glyphs: Glyphs
    /// The moment that is drawn.
    let now: Timestamp
    let wallClock: WallClock
    /// Whether an overlay has the keys.
    let isCovered: Bool
    /// Where apps can send spans by HTTP, `127.0.0.1:4318`; `nil` where it is not known.
    var httpAddress: String?
    /// Whether it is drawn to be read as lines: what is empty is said, and charts are written.
    var isSpoken = false
    /// Which keys mean which commands.
    var keys = KeyMap.standard
    /// The columns a person has chosen, by table.
    var columns: [String: [String]] = [:]
    /// The workspace's configs, which tell whose calls are of which variant.
    var configs = VersionCatalog<ModelConfig>()

    /// How a role looks.
    subscript(role: Role) -> Style { theme[role] }

    /// The variant that a test gave a call, from 0: its prompt's, else its config's.
    func variant(of call: StoredSpan) -> Int? { call.span.promptVariantIndex ?? configs.variant(of: call) }

    /// The ground of a role, for tinting what is drawn already. A reversed one takes one colour for all its text, which
    /// becomes that of the ground: patches of every colour would be neither read nor seen as one row.
    func ground(_ role: Role) -> Style {
        let style = theme[role]
        let isReversed = style.attributes.contains(.reverse)
        return Style(
            foreground: isReversed ? style.foreground ?? theme[.text].foreground : nil, background: style.background,
            attributes: style.attributes)
    }

    /// The ground of what lies over the screen: the bars', where that is a colour. On a reversed one neither the selected row
    /// nor the cursor would be seen.
    var raised: Style { theme[.bar].attributes.contains(.reverse) ? theme[.background] : theme[.bar] }

    /// The frame of a spinner: one step a second, for the clock ticks no faster.
    var spinner: String {
        let frames = glyphs.isASCII ? glyphs.spinner : ["◐", "◓", "◑", "◒"]
        let second = now.unixNanoseconds / 1_000_000_000
        return frames[Int(((second % Int64(frames.count)) + Int64(frames.count)) % Int64(frames.count))]
    }
}

extension SpanKind {
    /// The colour of a span's name and bar.
    var role: Role {
        switch self {
        case .llm, .embedding, .reranker: .llm
        case .tool: .tool
        case .retrieval: .retrieval
        case .agent, .chain: .agent
        case .guardrail, .evaluator: .warning
        case .preprocessing, .postprocessing, .custom: .dim
        }
    }
}

extension Role {
    /// The colour of a variant of a test, by its index.
    static func variant(_ index: Int) -> Role {
        switch index % 4 {
        case 0: .variantA
        case 1: .variantB
        case 2: .variantC
        default: .variantD
        }
    }
}

/// What a variant is called: `A`, `B`, … and by number where letters end.
enum VariantName {
    static func text(_ index: Int) -> String {
        guard (0..<26).contains(index), let letter = Unicode.Scalar(65 + UInt32(index)) else { return "\(index)" }
        return String(Character(letter))
    }
}

extension Scene {
    /// For counting rows where nothing is drawn: how they look does not matter.
    static var measuring: Scene {
        Scene(
            theme: Theme(name: "", styles: [:]), glyphs: .unicode, now: Timestamp(unixNanoseconds: 0), wallClock: .utc,
            isCovered: false)
    }
}
