import Assignment
import OrderedJSON

extension Template {
    /// Placeholders that are looked for at most.
    private static let mostPlaceholders = 500
    /// Steps that are taken at most: a text can be cut in very many ways.
    private static let mostSteps = 200_000

    /// The variables with which this template gives a text, each as short as can be; `nil` where it gives it with none.
    public func variables(in rendered: String) -> PromptVariables? {
        var reading = TemplateReading(self, Array(rendered.utf8), steps: Self.mostSteps)
        guard reading.names.count <= Self.mostPlaceholders, let values = reading.values() else { return nil }
        return PromptVariables(zip(reading.names, values).map { ($0, .string($1)) })
    }
}

/// A text being cut at the fixed pieces of a template.
private struct TemplateReading {
    /// The fixed text before each placeholder, and behind the last.
    private var fixed: [[UInt8]] = [[]]
    private(set) var names: [String] = []
    private let text: [UInt8]
    private var steps: Int

    init(_ template: Template, _ text: [UInt8], steps: Int) {
        self.text = text
        self.steps = steps
        for piece in template.pieces {
            switch piece {
            case .text(let range): fixed[fixed.count - 1] += Array(template.text[range].utf8)
            case .placeholder(_, let name):
                names.append(name)
                fixed.append([])
            }
        }
    }

    /// The value of each placeholder in its order.
    mutating func values() -> [String]? {
        guard stands(fixed[0], at: 0) else { return nil }
        guard !names.isEmpty else { return fixed[0].count == text.count ? [] : nil }
        // Where each value begins and ends; the last is moved on until all fits.
        var ends: [Int] = []
        var starts = [fixed[0].count]
        var from = starts[0]
        while true {
            let index = ends.count
            let found = end(of: index, from: from)
            if let found, index < names.count - 1, !agrees(index, starts[index]..<found, starts, ends) {
                from = found + 1
            } else if let end = found, agrees(index, starts[index]..<end, starts, ends) {
                ends.append(end)
                if ends.count == names.count {
                    return zip(starts, ends).map { String(decoding: text[$0..<$1], as: UTF8.self) }
                }
                starts.append(end + fixed[index + 1].count)
                from = starts[index + 1]
            } else {
                guard steps > 0, let last = ends.popLast() else { return nil }
                starts.removeLast()
                from = last + 1
            }
            if steps <= 0 { return nil }
        }
    }

    /// The next place, from one on, at which the fixed text behind a placeholder stands.
    private mutating func end(of index: Int, from: Int) -> Int? {
        let behind = fixed[index + 1]
        if index == names.count - 1 {
            let end = text.count - behind.count
            steps -= 1
            return end >= from && stands(behind, at: end) ? end : nil
        }
        var place = from
        while place + behind.count <= text.count {
            steps -= 1
            if steps <= 0 { return nil }
            if stands(behind, at: place) { return place }
            place += 1
        }
        return nil
    }

    /// Whether a name that stood before has the same value again.
    private func agrees(_ index: Int, _ range: Range<Int>, _ starts: [Int], _ ends: [Int]) -> Bool {
        guard
            let earlier = names[..<index].firstIndex(where: { UTF8Key($0) == UTF8Key(names[index]) })
        else { return true }
        return text[starts[earlier]..<ends[earlier]].elementsEqual(text[range])
    }

    private func stands(_ piece: [UInt8], at place: Int) -> Bool {
        place >= 0 && place + piece.count <= text.count && text[place..<place + piece.count].elementsEqual(piece)
    }
}
