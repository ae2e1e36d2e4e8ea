/// A text as a dictionary key, compared by its UTF-8.
///
/// Swift's own strings are equal when canonically equivalent; keys of configs and prompts are not (docs/assignment.md §1).
public struct UTF8Key: Hashable, Sendable, Comparable {
    /// The text.
    public let text: String

    /// Makes a key of a text.
    public init(_ text: String) {
        self.text = text
    }

    /// Equal when the bytes are.
    public static func == (left: UTF8Key, right: UTF8Key) -> Bool {
        left.text.hasSameUTF8(as: right.text)
    }

    /// Orders by bytes.
    public static func < (left: UTF8Key, right: UTF8Key) -> Bool {
        left.text.precedesByUTF8(right.text)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}
