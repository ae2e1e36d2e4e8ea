import NIOCore
import NIOEmbedded
import Testing

@testable import Ingest

@Suite struct ProtocolSplitterTests {
    /// Keeps what comes through.
    private final class Sink: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private(set) var text = ""
        private(set) var timesAdded = 0

        func handlerAdded(context: ChannelHandlerContext) { timesAdded += 1 }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
        }
    }

    @Test(arguments: ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.1\r\n"])
    func `what comes while the handlers are being added waits for them, and they are added once`(_ first: String) throws
    {
        let channel = EmbeddedChannel()
        let sink = Sink()
        let splitter = ProtocolSplitter(patience: .seconds(1)) { _, channel in
            // A write of theirs that fails makes swift-nio read on: a client that sends and resets.
            if sink.timesAdded == 0 { channel.pipeline.fireChannelRead(ByteBuffer(string: "more")) }
            try channel.pipeline.syncOperations.addHandler(sink)
        }
        try channel.pipeline.syncOperations.addHandler(splitter)
        channel.pipeline.fireChannelRead(ByteBuffer(string: first))
        channel.pipeline.fireChannelRead(ByteBuffer(string: " and more"))
        #expect(sink.text == first + "more and more")
        #expect(sink.timesAdded == 1)
    }
}
