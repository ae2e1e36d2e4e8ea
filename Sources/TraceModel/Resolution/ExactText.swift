/// A text that equals another only when their UTF-8 bytes do: the key of every table of ids.
///
/// Swift's own `==` takes texts for equal that are written with different code points; a store that compares bytes
/// does not, and ids are opaque.
public struct ExactText: Hashable, Sendable, Comparable {
    /// The text.
    public let text: String

    /// Wraps a text.
    public init(_ text: String) {
        self.text = text
    }

    /// Whether the bytes are the same.
    public static func == (left: ExactText, right: ExactText) -> Bool {
        // Texts of the same bytes are equal in Swift's sense too, which is quick to say no.
        guard left.text == right.text else { return false }
        let isSame = left.text.utf8.withContiguousStorageIfAvailable { left in
            right.text.utf8.withContiguousStorageIfAvailable { right in
                left.count == right.count && left.elementsEqual(right)
            }
        }
        if let isSame, let isSame { return isSame }
        return left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Orders by bytes.
    public static func < (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        let hashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if hashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
        hasher.combine(0xFF as UInt8)
    }
}
