// Answers, greets, records what the caller says, and hangs up after a minute or when # is pressed.
//
//   swift run AnsweringMachine [greeting.wav]     then call sip:box@127.0.0.1:5060
//
// Messages are stereo WAV files in ./messages: the caller left, the greeting and the beep right.
import ContactCenterKit

@main
struct AnsweringMachine {
    static func main() async throws {
        let greeting = try CommandLine.arguments.dropFirst().first.map { try Prompt(wav: $0) } ?? .beep
        let center = try ContactCenter {
            Phones(host: "127.0.0.1", sipPort: 5060)
            Recordings("messages")
            Number("box") { call, center in
                try await call.answer()
                let recording = try await center.withRecording(of: call) {
                    try await call.play(greeting)
                    try await call.play(.beep)
                    // Most callers hang up when they have said what they wanted: that is no failure.
                    _ = try? await call.digit(within: .seconds(60))
                }
                print("message: \(recording?.path ?? "not recorded")")
            }
        }
        print("call sip:box@127.0.0.1:5060")
        try await center.runService()
    }
}
