extension FallomClient {
    /// Makes a client, runs `body` with it and shuts it down, however `body` ends: what was traced is delivered when it
    /// returns, when it throws and when its task is cancelled. For a program that does one thing and ends:
    ///
    /// ```swift
    /// @main struct Tool {
    ///     static func main() async throws {
    ///         try await FallomClient.run { fallom in
    ///             try await answer(fallom.session(configKey: "my-tool", sessionID: "1"))
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// - Throws: ``ConfigurationError`` when the client cannot be made; else what `body` throws.
    public static nonisolated(nonsending) func run<Result>(
        _ options: FallomOptions = FallomOptions(),
        _ body: nonisolated(nonsending) (FallomClient) async throws -> Result
    ) async throws -> Result {
        let client = try FallomClient(options)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Runs `operation` with a session that is the task's current one (``Session/current``).
    public nonisolated(nonsending) func withSession<Result, Failure: Error>(
        _ context: SessionContext, _ operation: nonisolated(nonsending) (Session) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let session = session(context)
        return try await session.asCurrent { () async throws(Failure) in try await operation(session) }
    }

    /// Runs `operation` with a session that is the task's current one (``Session/current``): clients made once
    /// (``openAI`` and its kin) make their calls in it, however deep below.
    public nonisolated(nonsending) func withSession<Result, Failure: Error>(
        configKey: String, sessionID: String, customerID: String? = nil,
        _ operation: nonisolated(nonsending) (Session) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await withSession(
            SessionContext(configKey: configKey, sessionID: sessionID, customerID: customerID), operation)
    }

    /// The same for an `operation` that has no use for the session itself.
    public nonisolated(nonsending) func withSession<Result, Failure: Error>(
        configKey: String, sessionID: String, customerID: String? = nil,
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await session(configKey: configKey, sessionID: sessionID, customerID: customerID).asCurrent(operation)
    }
}
