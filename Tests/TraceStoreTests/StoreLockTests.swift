import Foundation
import Testing
import TraceStore

@Suite(.timeLimit(.minutes(1))) struct StoreLockTests {
    @Test func `one holder at a time, and the file names it`() throws {
        let folder = try TemporaryFolder()
        var first = try StoreLock.tryAcquire(storeAt: folder.file())
        #expect(first != nil)
        #expect(try StoreLock.tryAcquire(storeAt: folder.file()) == nil)
        #expect(StoreLock.holder(storeAt: folder.file()) == ProcessInfo.processInfo.processIdentifier)
        first = nil
        #expect(StoreLock.holder(storeAt: folder.file()) == nil)
        #expect(try StoreLock.tryAcquire(storeAt: folder.file()) != nil)
        _ = first
    }

    @Test func `whoever waits takes over when the holder lets go`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        var holder = try StoreLock.tryAcquire(storeAt: path)
        #expect(holder != nil)
        let waiter = Task { try await StoreLock.acquire(storeAt: path) }
        holder = nil
        let lock = try await waiter.value
        #expect(try StoreLock.tryAcquire(storeAt: path) == nil)
        withExtendedLifetime((lock, holder)) {}
    }

    @Test func `a wait that is cancelled ends at once`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        let holder = try StoreLock.tryAcquire(storeAt: path)
        let waiter = Task { try await StoreLock.acquire(storeAt: path) }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        withExtendedLifetime(holder) {}
    }

    @Test func `a folder that is not there is said`() throws {
        #expect(throws: StoreError.self) { try StoreLock.tryAcquire(storeAt: "/nowhere/at/all") }
    }
}
