import CCCore

extension TimeSource {
    /// The next element of a mailbox; nil when none comes until `deadline`, when it is finished, or when the task is
    /// cancelled. A nil deadline waits for ever.
    func next<Element: Sendable>(of mailbox: Mailbox<Element>, until deadline: Instant?) async -> Element? {
        guard let deadline else { return await mailbox.next() }
        return await withTaskGroup(of: Element?.self) { group in
            group.addTask { await mailbox.next() }
            group.addTask {
                try? await self.sleep(until: deadline, tolerance: nil)
                return nil
            }
            // An element that came together with the deadline is not lost.
            let first = await group.next() ?? nil
            group.cancelAll()
            let second = await group.next() ?? nil
            return first ?? second
        }
    }

    /// Waits until the value is there or the deadline has come.
    func wait<Value: Sendable>(for value: OneShot<Value>, until deadline: Instant?) async {
        guard let deadline else {
            _ = await value.value()
            return
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await value.value() }
            group.addTask { try? await self.sleep(until: deadline, tolerance: nil) }
            await group.next()
            group.cancelAll()
        }
    }
}
