import Console
import Testing

@testable import FallomCommand

struct ConsoleMailboxTests {
    /// Whoever presses a key does not wait for the pace of news: the hour is never waited out.
    @Test func `a key ends a rest, news do not`() async {
        let mailbox = ConsoleMailbox()
        async let rest: Void = mailbox.rest(for: .seconds(3600))
        mailbox.post(.tick)
        mailbox.post(.storeChanged(revision: 1))
        mailbox.post(.input(.focus(true)))
        await rest
        #expect(mailbox.take().count == 3)
    }

    @Test func `closing ends a rest, and who comes later does not rest`() async {
        let mailbox = ConsoleMailbox()
        async let rest: Void = mailbox.rest(for: .seconds(3600))
        mailbox.close()
        await rest
        await mailbox.rest(for: .seconds(3600))
        #expect(await mailbox.drain().isEmpty)
    }

    @Test func `news of the same kind take each other's place`() {
        let mailbox = ConsoleMailbox()
        for revision in 1...3 { mailbox.post(.storeChanged(revision: Int64(revision))) }
        #expect(mailbox.take().count == 1)
    }
}
