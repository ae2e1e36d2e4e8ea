public import OrderedJSON

/// An object that grows as the model writes it: each element is what can be read of it so far, different from the one
/// before. The last is the whole object.
public struct ObjectStream: AsyncSequence, Sendable {
    /// What can be read so far.
    public typealias Element = JSONValue
    /// What reading can throw.
    public typealias Failure = any Error

    let base: TextStream

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator()) }

    /// Reads one state after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var base: TextStream.AsyncIterator
        private var text = ""
        private var last: JSONValue?

        private func malformed(_ error: any Error, _ result: TextResult) -> GenerationError {
            let end = result.steps.last?.reply.end ?? ModelEnd(finishReason: "unknown")
            return .malformedObject(MalformedObject(reason: "\(error)", text: text, end: end))
        }

        init(base: TextStream.AsyncIterator) { self.base = base }

        /// The next state; `nil` at the end.
        ///
        /// - Throws: ``GenerationError/malformedObject(_:)`` when what the model wrote is no JSON at the end.
        public mutating func next() async throws -> JSONValue? { try await next(isolation: #isolation) }

        /// The next state; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> JSONValue? {
            while let part = try await base.next(isolation: actor) {
                switch part {
                case .text(let more):
                    text += more
                    if let state = PartialJSON.read(text), state != last {
                        last = state
                        return state
                    }
                case .finished(let result):
                    let whole: JSONValue
                    do {
                        whole = try JSONValue(parsing: text, allowsLoneSurrogates: true)
                    } catch {
                        let error = malformed(error, result)
                        base.fail(error)
                        throw error
                    }
                    if whole != last {
                        last = whole
                        return whole
                    }
                default: break
                }
            }
            return nil
        }
    }
}

/// Reads the beginning of a JSON text: what is open is closed, what is half is left out.
enum PartialJSON {
    /// What can be read of the text; `nil` when nothing can.
    static func read(_ text: String) -> JSONValue? {
        var bytes = Array(text.utf8)
        while !bytes.isEmpty {
            if let value = try? JSONValue(parsing: closed(bytes), allowsLoneSurrogates: true) { return value }
            // Half a literal, number, name or escape at the end: without its last character it may do.
            bytes.removeLast()
            while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
        }
        return nil
    }

    /// The text with its open string, lists and objects closed.
    private static func closed(_ bytes: [UInt8]) -> [UInt8] {
        var open: [UInt8] = []
        var inString = false
        var isEscaped = false
        for byte in bytes {
            if inString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
            case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
            default: break
            }
        }
        var result = bytes
        if inString { result.append(UInt8(ascii: "\"")) }
        while let last = result.last, last == UInt8(ascii: " ") || last == UInt8(ascii: ",") { result.removeLast() }
        return result + open.reversed()
    }
}
