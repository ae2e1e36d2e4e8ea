import OrderedJSON
import TraceModel

extension SpanDecoder {
    func decodeJSON(_ body: UnsafeRawBufferPointer, headers: FallomHeaders, into batch: inout DecodedBatch)
        throws(DecodeError)
    {}
    func decodeProtobufTraces(_ body: UnsafeRawBufferPointer, headers: FallomHeaders, into batch: inout DecodedBatch)
        throws(DecodeError)
    {}
    func decodeJSONLogs(_ body: UnsafeRawBufferPointer, into batch: inout DecodedBatch) throws(DecodeError) {}
    func decodeProtobufLogs(_ body: UnsafeRawBufferPointer, into batch: inout DecodedBatch) throws(DecodeError) {}
}
