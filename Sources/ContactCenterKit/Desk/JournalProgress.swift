import CCCore
import Synchronization

/// How far the journal is committed, and who waits for more.
final class JournalProgress: Sendable {
    struct Mark: Sendable {
        var last: UInt64 = 0
        var hasEnded = false
        /// Fulfilled when this mark is out of date.
        var next = OneShot<Void>()
    }

    private let mark = Mutex(Mark())

    var current: Mark { mark.withLock { $0 } }

    func advance(to position: UInt64) { change { $0.last = position } }

    /// Nothing more comes.
    func end() { change { $0.hasEnded = true } }

    private func change(_ body: (inout sending Mark) -> Void) {
        let waiting = mark.withLock { mark in
            body(&mark)
            defer { mark.next = OneShot() }
            return mark.next
        }
        waiting.fulfil(())
    }
}
