/// Writes JSON piece by piece into a byte array.
///
///     var writer = JSONWriter()
///     writer.beginObject()
///     writer.member("session_id", session)       // text, numbers, truth values, JSONValue; nil writes null
///     writer.name("models"); writer.array(models) { $0.value($1) }
///     writer.endObject()
///
/// Commas and colons come by themselves. Control characters (C0, DEL, C1), line separators and bidirectional controls
/// are escaped, so that what a model wrote cannot act on the terminal it is printed to; everything else is UTF-8.
public struct JSONWriter: Sendable {
    /// How values are laid out.
    public enum Style: Sendable {
        /// On one line without spaces.
        case compact
        /// On lines of their own, two spaces a level.
        case pretty
    }

    /// What was written so far.
    public private(set) var bytes: [UInt8]
    private let style: Style
    private var depth = 0
    private var needsComma = false
    private var afterName = false

    /// Starts with nothing written.
    public init(style: Style = .compact, reservingCapacity capacity: Int = 0) {
        self.style = style
        self.bytes = []
        if capacity > 0 { bytes.reserveCapacity(capacity) }
    }

    /// Forgets what was written and starts again, keeping the room.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        depth = 0
        needsComma = false
        afterName = false
    }

    /// Opens an object.
    public mutating func beginObject() { begin(UInt8(ascii: "{")) }

    /// Closes the object opened last.
    public mutating func endObject() { end(UInt8(ascii: "}")) }

    /// Opens an array.
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// Closes the array opened last.
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes a member's name; its value comes next.
    public mutating func name(_ name: String) {
        separate()
        writeString(name)
        bytes.append(UInt8(ascii: ":"))
        if style == .pretty { bytes.append(UInt8(ascii: " ")) }
        afterName = true
    }

    /// Writes an array of `elements`, each by `body`.
    public mutating func array<Element>(_ elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) -> Void)
    {
        beginArray()
        for element in elements { body(&self, element) }
        endArray()
    }

    /// Writes an object whose members `body` writes.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    /// Writes bytes that are already a JSON value.
    public mutating func rawValue(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    private mutating func begin(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        depth += 1
        needsComma = false
    }

    private mutating func end(_ byte: UInt8) {
        depth -= 1
        if style == .pretty && needsComma { newLine() }
        bytes.append(byte)
        needsComma = true
        afterName = false
    }

    /// Writes what must stand between the last thing and the next.
    private mutating func separate() {
        if afterName {
            afterName = false
            return
        }
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        if style == .pretty && depth > 0 { newLine() }
        needsComma = true
    }

    private mutating func newLine() {
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<max(depth, 0) * 2 { bytes.append(UInt8(ascii: " ")) }
    }

    /// Writes bytes of a scalar value.
    mutating func scalar(_ text: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: text)
        needsComma = true
    }

    /// Writes a string value.
    public mutating func value(_ text: String) {
        separate()
        writeString(text)
        needsComma = true
    }

    private mutating func writeString(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { JSONEscapes.append(UnsafeRawBufferPointer($0), to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a string value from bytes; what is not UTF-8 becomes U+FFFD.
    public mutating func value(utf8 text: UnsafeRawBufferPointer) {
        guard isWellFormedUTF8(text) else { return value(String(decoding: text, as: UTF8.self)) }
        separate()
        bytes.append(UInt8(ascii: "\""))
        JSONEscapes.append(text, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }
}
