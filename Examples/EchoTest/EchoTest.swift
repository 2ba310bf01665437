// Answers every call and sends the caller's voice back: the first thing to try with a new phone or trunk.
//
//   swift run EchoTest            then call sip:echo@127.0.0.1:5060
import ContactCenterKit

@main
struct EchoTest {
    static func main() async throws {
        let center = try ContactCenter {
            Phones(host: "127.0.0.1", sipPort: 5060)
            Number("echo") { call, _ in
                try await call.answer()
                try await call.echo()
            }
        }
        print("call sip:echo@127.0.0.1:5060")
        try await center.runService()
    }
}
