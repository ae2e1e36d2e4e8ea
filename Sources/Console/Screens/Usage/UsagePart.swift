import Cells
import Display
import TraceModel

/// One group over the pieces of time: its part of the histogram's columns, and how the two are told apart.
struct UsagePart: Hashable, Sendable {
    /// Which group, as the rows have it, by which filter and in which pieces of time.
    struct Source: Hashable, Sendable {
        var values: [String?]
        var filter: SpanFilter
        var bucket: UsageBucket
    }

    let source: Source
    /// What the title calls it.
    let name: String
    /// Its pieces of time.
    let rows: [UsageRow]

    /// Whether the part's ink is that of the others: shades tell them apart then.
    static func isShaded(_ role: Role, _ scene: Scene) -> Bool {
        scene.glyphs.isASCII || scene[ink].foreground == scene[role].foreground
    }

    /// The part's colour: of the theme's, the one furthest from that of the columns.
    static let ink = Role.tool

    /// The shade of what is not the part's, where colours do not tell.
    static func shade(_ glyphs: Glyphs) -> String { glyphs.shades.count > 1 ? glyphs.shades[1] : glyphs.block }

    /// How a cell of a column looks, of whose filled share a part is the group's; `nil` for one that stays empty.
    /// - Parameters:
    ///   - sign: the filled share as a sign.
    ///   - role: how the whole looks.
    ///   - isFoot: whether it is the lowest of its column.
    static func cell(
        _ sign: String, part: Double, of share: Double, _ role: Role, isFoot: Bool, _ scene: Scene
    ) -> (sign: String, style: Style)? {
        let isMostlyPart = part > 0 && part >= share / 2
        if isShaded(role, scene) {
            // Whole cells: a shade has no heights, and a low block would look like the part.
            if isMostlyPart { return (sign, scene[role]) }
            return share >= 0.5 || isFoot ? (shade(scene.glyphs), scene[role]) : nil
        }
        if part <= 0 { return (sign, scene[role]) }
        if part >= share { return (sign, scene[ink]) }
        guard share == 1, let ground = scene[role].foreground, isShown(on: ground, scene) else {
            return (sign, scene[isMostlyPart ? ink : role])
        }
        // Both in one cell: the part's sign on the others' colour.
        let heights = scene.glyphs.heights
        let step = Int((part * Double(heights.count - 1)).rounded())
        return (heights[step], scene[ink].on(ground))
    }

    /// Whether the part's ink stays itself on a ground: of sixteen colours a terminal gets one that can be read there.
    private static func isShown(on ground: Color, _ scene: Scene) -> Bool {
        guard let ink = scene[ink].foreground, Palette.shown(ink, depth: .sixteen) == ink else { return true }
        return Palette.shown(ink, depth: .sixteen, on: ground) == ink
    }
}

extension UsageScreen {
    /// What is to be drawn as a part: the group that a person has selected, if the filter language can say it.
    private var partSource: (source: UsagePart.Source, conditions: String)? {
        guard isChosen, let row = selected else { return nil }
        let conditions = zip(fields, row.group.values).map { $0.condition($1) }
        guard !conditions.contains(nil) else { return nil }
        return (
            UsagePart.Source(values: row.group.values, filter: filter.filter, bucket: histogram.bucket),
            conditions.compactMap(\.self).joined(separator: " ")
        )
    }

    private var partName: String {
        let values = selected?.group.values ?? []
        return zip(fields, values).map { field, value in
            value.map { $0.isEmpty ? "(empty)" : $0 } ?? "no " + field.name
        }.joined(separator: " / ")
    }

    /// Asks for the selected group's pieces of time, if they are not those that are shown or asked for. What is shown stays
    /// until they come.
    mutating func followPart(isNews: Bool = false, _ scope: inout Scope) {
        guard let (source, conditions) = partSource else { return forgetPart() }
        guard isNews || source != askedPart?.source else { return }
        let parser = SpanFilterParser(now: scope.now, offset: scope.wallClock.offset)
        guard let group = try? parser.parse(conditions) else { return forgetPart() }
        askedPart = UsagePart(source: source, name: partName, rows: [])
        partTime.ask(
            .usage(UsageRequest(filter: filter.and(group), fields: [], bucket: source.bucket)), &scope)
    }

    private mutating func forgetPart() {
        guard askedPart != nil else { return }
        partTime.forget()
        askedPart = nil
        histogram.part = nil
    }

    mutating func take(part rows: [UsageRow]) {
        guard let askedPart else { return }
        histogram.part = UsagePart(source: askedPart.source, name: askedPart.name, rows: rows)
    }

    /// Whose part of the columns is drawn, in its ink; where shades tell it apart, both of them.
    func legend(_ scene: Scene) -> [TextLine.Run] {
        guard let part = histogram.part, rows.sort.addsUp else { return [] }
        let role: Role = rows.sort.isOfFailures ? .error : .llm
        let isShaded = UsagePart.isShaded(role, scene)
        var runs = [
            TextLine.Run("  "), TextLine.Run(scene.glyphs.block, isShaded ? role : UsagePart.ink),
            TextLine.Run(" " + part.name, .strong),
        ]
        if isShaded { runs.append(TextLine.Run("  \(UsagePart.shade(scene.glyphs)) others", .heading)) }
        return runs
    }
}
