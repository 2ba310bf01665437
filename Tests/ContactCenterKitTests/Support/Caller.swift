import ContactCenterKit

/// Somebody on the street who has called the centre and was answered.
final class Caller: Sendable {
    let call: Call
    private let enough: OneShot<Void>
    private let over: OneShot<CallEnd>

    init(call: Call, enough: OneShot<Void>, over: OneShot<CallEnd>) {
        self.call = call
        self.enough = enough
        self.over = over
    }

    /// Hangs up, and waits until that is done.
    func hangUp() async {
        enough.fulfil(())
        _ = await over.valueWhateverHappens()
    }

    /// Waits until the centre hangs up.
    func waitForEnd() async throws -> CallEnd {
        guard try await eventually({ self.over.current != nil }) else { throw Surprise("the call goes on") }
        return await over.valueWhateverHappens()
    }
}

extension Rig {
    /// Calls a number beside the test, and returns when the centre has answered.
    func caller(
        _ number: String = "support", as name: String = "+15550100", codecs: [AudioCodec] = [.pcmu],
        says voice: Voice? = nil, hears ear: Ear? = nil
    ) async throws -> Caller {
        let answered = OneShot<Result<Caller, TelephonyError>>()
        let over = OneShot<CallEnd>()
        let enough = OneShot<Void>()
        beside {
            let error = await failure {
                try await self.call(number, as: name, codecs: codecs) { call in
                    answered.fulfil(.success(Caller(call: call, enough: enough, over: over)))
                    try await call.withAudio {
                        ear?.listen($0)
                    } _: {
                        if let voice { try await call.play(voice.prompt) }
                        _ = await enough.value()
                    }
                }
            }
            answered.fulfil(.failure(error ?? TelephonyError(.unreachable, "no call came about")))
            guard case .success(let caller) = answered.current else { return }
            over.fulfil(await caller.call.endSignalValue())
        }
        return try await answered.valueWhateverHappens().get()
    }
}

extension Call {
    /// How it ended, once it has.
    func endSignalValue() async -> CallEnd {
        while true { if let end = await waitForEnd() { return end } }
    }
}
