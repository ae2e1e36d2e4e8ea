import AsyncHTTPClient
import NIOCore

extension HTTPClient {
    /// The client of the tests that call by hand. The whole suite runs at once on few cores, where a test may wait minutes
    /// for its turn: no time limit of the connection's own is to end a call that was answered long ago.
    static let patient: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .minutes(5), read: nil)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1000
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()
}
