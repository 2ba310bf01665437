import ContactCenterKit

/// The Swift of README.md. It only has to compile; a test compares the README with it line by line.
enum ReadmeSnippets {
    static func wholeCentre() async throws {
        let center = try ContactCenter {
            Phones(host: "127.0.0.1", sipPort: 5060)
            Store.sqlite("center.sqlite")
            Recordings("recordings")
            Queue("support", requires: ["english"], wrapUp: .seconds(15))
            Agent("alice", skills: ["english"]).phone(password: "change me")
            Number("support", queue: "support")
            Number("echo") { call, _ in
                try await call.answer()
                try await call.echo()
            }
        }
        try await center.runService()
    }

    static func menu(welcome: Prompt, goodbye: Prompt) -> Number {
        Number("+15550100") { call, center in
            try await call.answer()
            let choice = try await {
                async let _ = call.play(welcome)  // goes on while we listen, and stops at the first key
                return try await call.digit(within: .seconds(20))
            }()
            try await center.enqueue(call, choice == "1" ? "sales" : "support")
            try await call.play(goodbye)  // the agent has hung up, the caller is still there
        }
    }
}
