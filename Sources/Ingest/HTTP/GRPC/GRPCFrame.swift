/// The one message of a unary call: a flag, its length in four bytes, and the message.
enum GRPCFrame {
    /// Bytes in front of a message.
    static let prefix = 5

    /// A message as it is sent, not compressed.
    static func encoded(_ message: [UInt8]) -> [UInt8] {
        let length = UInt32(clamping: message.count)
        return [0] + withUnsafeBytes(of: length.bigEndian) { Array($0) } + message
    }

    /// Finds the message in a call's body, and whether it is compressed.
    static func message(
        in body: UnsafeRawBufferPointer
    ) throws(RequestFailure) -> (bytes: UnsafeRawBufferPointer, isCompressed: Bool) {
        guard body.count >= prefix else { throw RequestFailure(400, "the call ends inside its message's length") }
        let length = body[1..<prefix].reduce(0) { $0 << 8 | Int($1) }
        guard body[0] <= 1 else { throw RequestFailure(400, "the message's flag is \(body[0]), which means nothing") }
        guard body.count == prefix + length else {
            throw RequestFailure(
                400,
                body.count < prefix + length
                    ? "the call ends inside its message" : "a call here has one message, and there is more behind it")
        }
        return (UnsafeRawBufferPointer(rebasing: body[prefix...]), body[0] == 1)
    }
}
