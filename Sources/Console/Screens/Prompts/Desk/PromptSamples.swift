/// The values that placeholders are tried with, and the line in which one is typed.
struct PromptSamples: Sendable {
    /// What is typed in the line below the text.
    enum Line: Hashable, Sendable {
        case variable(String)
        case sampleName
    }

    /// The values by the prompt's key, where they are not the first sample's.
    var fillings: [String: SampleFilling] = [:]
    /// Which of the rows is selected.
    var selected = 0
    var line: InPlaceEditing<Line>?
    /// Names of samples that are being saved.
    var saves: UnderWay<String>

    /// - Parameter slot: the screen's slot that is theirs.
    init(slot: Int) {
        saves = UnderWay(slot: slot)
    }
}
