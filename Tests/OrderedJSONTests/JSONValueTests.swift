import OrderedJSON
import Testing

@Suite struct `JSON values` {
    @Test func `keep order, repeated names and the spelling of numbers`() throws {
        let text = #"{"b":1,"a":[2.50,-0,1e+400],"b":"x\u00e9\ud83d\ude80","n":null,"t":true}"#
        let value = try JSONValue(parsing: text)
        #expect(value.compactText == #"{"b":1,"a":[2.50,-0,1e+400],"b":"xé🚀","n":null,"t":true}"#)
        #expect(value["b"]?.string == "xé🚀")
        #expect(value["a"]?[0]?.double == 2.5)
        #expect(value["t"]?.bool == true)
        #expect(value["missing"] == nil)
    }
}
