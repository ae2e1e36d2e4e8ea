/// Reads server-sent events from bytes as they come, wherever the network cuts them.
///
/// A value without I/O: bytes in, whole events out. Line ends may be LF, CR or CR LF; a byte order mark and comments are
/// passed over. A last event without its blank line is given by ``finish()``.
package struct ServerSentEventParser: Sendable {
    /// One event.
    package struct Event: Hashable, Sendable {
        /// Its name; `nil` when it has none.
        package var name: String?
        /// Its data, lines joined by a line feed.
        package var data: [UInt8]

        package init(name: String? = nil, data: [UInt8]) {
            self.name = name
            self.data = data
        }

        /// Whether it is the mark that ends a stream in OpenAI's manner.
        package var isDone: Bool { data.trimmed.elementsEqual("[DONE]".utf8) }
        /// Whether it says nothing.
        package var isBlank: Bool { data.trimmed.isEmpty }
    }

    /// One event's data may be this long; a longer one is passed over.
    package static let longestEvent = 64 << 20

    private var line: [UInt8] = []
    private var name: String?
    private var data: [UInt8] = []
    private var hasData = false
    private var skipsLineFeed = false
    private var isFirstLine = true
    private var isTooLong = false
    /// Events that were longer than ``longestEvent``.
    package private(set) var skippedEvents = 0

    package init() {}

    /// Takes bytes and gives the events that they complete.
    package mutating func take(_ bytes: UnsafeRawBufferPointer) -> [Event] {
        var events: [Event] = []
        var start = 0
        while start < bytes.count {
            if skipsLineFeed {
                skipsLineFeed = false
                if bytes[start] == UInt8(ascii: "\n") {
                    start += 1
                    continue
                }
            }
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "\r") { end += 1 }
            keep(bytes[start..<end])
            guard end < bytes.count else { break }
            skipsLineFeed = bytes[end] == UInt8(ascii: "\r")
            if let event = endLine() { events.append(event) }
            start = end + 1
        }
        return events
    }

    /// Takes bytes and gives the events that they complete.
    package mutating func take(_ bytes: [UInt8]) -> [Event] {
        bytes.withUnsafeBytes { take($0) }
    }

    /// The event that was under way when the stream ended, if it has data.
    package mutating func finish() -> Event? {
        let last = line.isEmpty ? nil : endLine()
        return last ?? endEvent()
    }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        guard !isTooLong else { return }
        if line.count + data.count + bytes.count > Self.longestEvent {
            isTooLong = true
            line = []
            data = []
        } else {
            line.append(contentsOf: bytes)
        }
    }

    private mutating func endLine() -> Event? {
        defer { line.removeAll(keepingCapacity: line.capacity < 1 << 16) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return endEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if line[..<colon].elementsEqual("data".utf8) {
            if hasData { data.append(UInt8(ascii: "\n")) }
            data.append(contentsOf: value)
            hasData = true
        } else if line[..<colon].elementsEqual("event".utf8) {
            name = String(decoding: value, as: UTF8.self)
        }
        return nil
    }

    private mutating func endEvent() -> Event? {
        defer {
            name = nil
            data.removeAll(keepingCapacity: data.capacity < 1 << 16)
            hasData = false
            isTooLong = false
        }
        if isTooLong { skippedEvents += 1 }
        guard hasData, !isTooLong else { return nil }
        return Event(name: name, data: data)
    }
}

extension [UInt8] {
    /// Without white space at both ends.
    var trimmed: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { $0 > 0x20 }), let last = lastIndex(where: { $0 > 0x20 }) else {
            return []
        }
        return self[first...last]
    }
}
