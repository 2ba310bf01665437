import CCCore
import CCMedia

extension Call {
    /// Plays a prompt to its end. Another prompt, or cancelling the task, stops it.
    ///
    /// - Returns: Whether it was heard to its end.
    /// - Throws: ``TelephonyError`` `notAnswered`, `callEnded`; `CancellationError`.
    @discardableResult
    public func play(_ prompt: Prompt) async throws -> Bool {
        let finished = try await playing(prompt, loops: false)
        try Task.checkCancellation()
        return finished
    }

    /// Plays a prompt over and over until the task is cancelled, another prompt begins or the call ends.
    public func loop(_ prompt: Prompt) async throws {
        _ = try await playing(prompt, loops: true)
        try Task.checkCancellation()
    }

    private func playing(_ prompt: Prompt, loops: Bool) async throws -> Bool {
        let leg = try await agent.leg(of: id)
        let playback = leg.nextPlayback()
        let stopped = OneShot<Void>()
        let finished = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                leg.engine.post {
                    guard stopped.current == nil else { return continuation.resume(returning: false) }
                    $0.play(leg.id, prompt, loops: loops, playback: playback) { continuation.resume(returning: $0) }
                }
            }
        } onCancel: {
            // Whichever the engine sees first, this or the beginning, one of the two looks works.
            stopped.fulfil(())
            leg.engine.post { $0.stopPlaying(leg.id, playback: playback) }
        }
        if !finished, !Task.isCancelled { try requireAlive() }
        return finished
    }

    /// What the other side hears while nothing else is played and nobody is bridged: music, or silence for nil.
    public func setBackground(_ music: Prompt?) async throws {
        let leg = try await agent.leg(of: id)
        leg.engine.post { $0.setBackground(leg.id, music) }
    }

    /// Sends the other side's audio back to it until the call ends or the task is cancelled.
    public func echo() async throws {
        let leg = try await agent.leg(of: id)
        leg.engine.post { $0.setEcho(leg.id, true) }
        await waitForEnd()
        leg.engine.post { $0.setEcho(leg.id, false) }
        try Task.checkCancellation()
    }

    /// Lets the two parties talk, with transcoding where their codecs differ, until either hangs up or the task is
    /// cancelled. Both calls stay as they are otherwise: leaving their scopes hangs up.
    ///
    /// - Throws: ``TelephonyError`` `notAnswered`, `callEnded`, `differentEngine`.
    public func bridge(with other: Call) async throws {
        try await connect(to: other)
        await waitForEnd(or: other)
        await disconnect(from: other)
        try Task.checkCancellation()
    }

    /// Lets the two parties talk from now on. Whomever either of them talked with before hears them no more from the very
    /// same frame on, and falls back to music or silence.
    ///
    /// - Throws: ``TelephonyError`` `notAnswered`, `callEnded`, `differentEngine`.
    public func connect(to other: Call) async throws {
        let mine = try await agent.leg(of: id)
        let theirs = try await other.agent.leg(of: other.id)
        guard mine.engine === theirs.engine else {
            throw TelephonyError(.differentEngine, "the media of the two calls run on different loops")
        }
        mine.engine.post { $0.connect(mine.id, theirs.id) }
    }

    /// Parts the two parties, if they still talk with each other.
    public func disconnect(from other: Call) async {
        guard let mine = try? await agent.leg(of: id), let theirs = try? await other.agent.leg(of: other.id) else {
            // A leg that is gone has no partner.
            return
        }
        mine.engine.post { $0.disconnect(mine.id, theirs.id) }
    }

    /// Waits until this call or the other one is over, or the task is cancelled.
    public func waitForEnd(or other: Call) async {
        await withTaskGroup { group in
            group.addTask { _ = await self.waitForEnd() }
            group.addTask { _ = await other.waitForEnd() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Hands both directions of the call's audio to `receive`, aligned, five times a second, while `body` runs.
    /// A later use takes the place of an earlier one.
    ///
    /// - Parameter receive: Called on the media loop: it must be quick and must not block.
    public func withAudio<Result>(
        _ receive: @escaping @Sendable (RecordedAudio) -> Void, _ body: () async throws -> Result
    ) async throws -> Result {
        let leg = try await agent.leg(of: id)
        let name = leg.nextPlayback()
        leg.engine.post { $0.startTap(leg.id, name, receive) }
        do {
            let result = try await body()
            await leg.engine.stopTap(leg.id, name)
            return result
        } catch {
            await leg.engine.stopTap(leg.id, name)
            throw error
        }
    }

    /// The media figures so far; nil before the answer and after the end.
    public func statistics() async -> MediaStatistics? {
        guard let leg = try? await agent.leg(of: id) else { return nil }
        return await leg.engine.statistics(leg.id)
    }
}
