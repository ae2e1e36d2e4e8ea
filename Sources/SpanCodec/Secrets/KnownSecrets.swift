/// Finds the secrets whose formats are known: a search for three bytes of each, then a look at what stands around them.
struct KnownSecrets: Sendable {
    private let formats: [SecretFormat]
    private let search: WordSearch
    /// The formats by the hash of their anchor.
    private let places: [[Int]]

    /// Made once: its tables never change.
    static let shared = KnownSecrets(SecretFormat.known)

    private init(_ formats: [SecretFormat]) {
        self.formats = formats
        var places = [[Int]](repeating: [], count: 256)
        var words: [WordSearch.Anchored] = []
        for (index, format) in formats.enumerated() {
            for word in format.anchored {
                words.append(word)
                let slot = Self.slot(word.bytes)
                if !places[slot].contains(index) { places[slot].append(index) }
            }
        }
        self.places = places
        // `tokens`, `token_count` and `time_to_first_token` stand in every span, and in no secret's name.
        search = WordSearch(words, but: [("okens", 0), ("en_count", 2), ("first_to", -7)])
    }

    private static func slot(_ word: WordSearch.Word) -> Int { Int(WordSearch.hash(word) & 255) }

    /// Whether one may stand in a message, by its bytes alone: never `false` where one does.
    func mayStand(in bytes: UnsafeRawBufferPointer) -> Bool {
        var text = SecretText(bytes, isRaw: true)
        var at = 0
        while let place = search.next(in: bytes, from: at) {
            if secret(at: place, in: &text) != nil { return true }
            at = place + 1
        }
        return false
    }

    /// Whether one of the words stands there that a secret, or the name of one, begins with or holds.
    func mayStart(in bytes: UnsafeRawBufferPointer) -> Bool { search.next(in: bytes, from: 0) != nil }

    /// All in a text, from left to right, and whether it is the id of an AWS key. What `body` does to one may change the
    /// text there.
    func forEach(in bytes: UnsafeRawBufferPointer, _ body: (Range<Int>, _ isAWSID: Bool) -> Void) {
        var text = SecretText(bytes)
        var at = 0
        while let place = search.next(in: bytes, from: at) {
            let found = secret(at: place, in: &text)
            if let found { body(found.range, found.isAWSID) }
            at = max(place + 1, found?.range.upperBound ?? 0)
        }
    }

    private func secret(at place: Int, in text: inout SecretText) -> (range: Range<Int>, isAWSID: Bool)? {
        guard place + 2 < text.bytes.count else { return nil }
        for index in places[Self.slot((text.bytes[place], text.bytes[place + 1], text.bytes[place + 2]))] {
            let start = place - formats[index].anchor
            guard formats[index].stands(in: text.bytes, at: start) else { continue }
            guard let range = text.secret(formats[index], at: start) else { continue }
            if case .awsID = formats[index].shape { return (range, true) }
            return (range, false)
        }
        return nil
    }
}
