import Gzip
import OrderedJSON
import Testing

@testable import ProviderCalls

@Suite struct ServerSentEventTests {
    private static let text =
        "\u{FEFF}: hello\r\nevent: a\rdata: one\ndata:two\n\ndata: {\"x\": \"🚀\"}\r\n\r\n\n\ndata\n\nevent: last\ndata: 3"

    @Test(arguments: 1...20) func `events are the same wherever the bytes are cut`(size: Int) throws {
        var parser = ServerSentEventParser()
        var events: [ServerSentEventParser.Event] = []
        let bytes = Array(Self.text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += parser.take(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(events.map { String(decoding: $0.data, as: UTF8.self) } == ["one\ntwo", "{\"x\": \"🚀\"}", ""])
        #expect(events.map(\.name) == ["a", nil, nil])
        #expect(parser.finish() == .init(name: "last", data: Array("3".utf8)))
    }

    @Test func `a blank event and a mark with a blank behind it are told apart from data`() {
        var parser = ServerSentEventParser()
        let events = parser.take(Array("data:\n\ndata: [DONE] \n\ndata: {}\n\n".utf8))
        #expect(events.map(\.isBlank) == [true, false, false])
        #expect(events.map(\.isDone) == [false, true, false])
    }
}

@Suite struct JSONTextTests {
    @Test(arguments: [
        ("{\"a\":1}\n{\"b\":\"}\\\"]\"}\n", 2), ("[{\"a\":[1]},\r\n{\"b\":2}]", 2), ("  {\n \"a\": {\"b\": []}\n}", 1),
        ("[]", 0),
    ]) func `texts that follow each other, and the elements of a list, are cut apart`(text: String, count: Int) {
        for size in 1...text.utf8.count {
            var splitter = JSONTextSplitter(longest: 1 << 20)
            var texts: [[UInt8]] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes { texts += splitter.take($0) }
            }
            #expect(texts.count == count && !splitter.isInside)
            #expect(texts.allSatisfy { (try? JSONValue(parsing: $0)) != nil })
        }
    }

    @Test func `a text that is too long is passed over, the next one is read`() {
        var splitter = JSONTextSplitter(longest: 20)
        let long = "{\"a\":\"" + String(repeating: "x", count: 100) + "\"}{\"b\":1}"
        let texts = Array(long.utf8).withUnsafeBytes { splitter.take($0) }
        #expect(texts == [Array("{\"b\":1}".utf8)] && splitter.skippedTexts == 1)
    }
}

@Suite struct MediaTests {
    @Test func `a large picture becomes its size, type and hash`() throws {
        let bytes = [UInt8](repeating: 0, count: 6000)
        let text = String(repeating: "A", count: 8000)
        #expect(Base64.decode(text.utf8) == bytes)
        let request: JSONValue = ["image_url": ["url": .string("data:image/png;base64," + text)], "text": "look"]
        let kept = request.withoutMedia
        let hash = SHA256.hex(of: bytes)
        #expect(kept["image_url"]?["url"] == .string("data:image/png,[6000 bytes, sha256 \(hash)]"))
        #expect(kept["text"] == "look")
    }

    @Test func `long prose and short data are kept`() {
        let prose = JSONValue.string(String(repeating: "a word, ", count: 2000))
        #expect(prose.withoutMedia == prose)
        #expect(JSONValue.string("iVBORw0KGgo=").withoutMedia == "iVBORw0KGgo=")
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]) func `the hash is SHA-256`(text: String, hash: String) {
        #expect(SHA256.hex(of: Array(text.utf8)) == hash)
    }
}
