import CCCore
import CCMedia
import CCSip
import CCTelephony
import NIOCore
import Synchronization
import Testing

@Suite("A peer that is not where it says, or says what cannot be")
struct OddPeerTests {
    private let sdp = """
        v=0
        o=- 1 1 IN IP4 127.0.0.1
        s=-
        c=IN IP4 127.0.0.1
        t=0 0
        m=audio 9 RTP/AVP 0

        """

    private func options(via port: UInt16, branch: String, from phone: RawPhone) -> String {
        """
        OPTIONS sip:anybody@127.0.0.1 SIP/2.0
        Via: SIP/2.0/UDP 127.0.0.1:\(port);branch=z9hG4bK\(branch)
        From: <sip:odd@127.0.0.1>;tag=1
        To: <sip:anybody@127.0.0.1>
        Call-ID: \(branch)
        CSeq: 1 OPTIONS
        Max-Forwards: 70
        Content-Length: 0


        """
    }

    @Test("cannot silence the server by asking for a reply to port 0")
    func portZero() async throws {
        try await Loopback.run(handlers: UserAgentHandlers { _ in }) { loopback in
            let phone = try await RawPhone()
            for branch in ["a", "b", "c"] {
                phone.send(options(via: 0, branch: branch, from: phone), to: loopback.address)
            }
            phone.send(options(via: phone.address.port, branch: "good", from: phone), to: loopback.address)
            #expect(try await phone.response(.ok) != nil)
            phone.close()
        }
    }

    @Test(
        "cannot silence the server by a contact that no datagram can reach",
        arguments: [
            "255.255.255.255", "[2001:db8::1]", "240.0.0.1",
        ])
    func unreachableContact(host: String) async throws {
        let handlers = UserAgentHandlers { call in try? await call.answer() }
        try await Loopback.run(handlers: handlers) { loopback in
            let phone = try await RawPhone()
            phone.send(invite(contact: "sip:odd@\(host):5060", branch: "i", from: phone), to: loopback.address)
            #expect(try await phone.response(.ok) != nil)
            phone.send(options(via: phone.address.port, branch: "good", from: phone), to: loopback.address)
            // The first 200s may be repetitions of the INVITE's.
            let answered = try await eventually {
                let response = try await phone.response(.ok)
                return response?.headers.cseq?.method == .options
            }
            #expect(answered)
            phone.close()
        }
    }

    @Test("behind a NAT gets the BYE where its call came from")
    func natCaller() async throws {
        let handlers = UserAgentHandlers { call in
            try? await call.answer()
            try? await Task.sleep(for: .milliseconds(200))
        }
        try await Loopback.run(handlers: handlers) { loopback in
            let phone = try await RawPhone()
            phone.send(invite(contact: "sip:odd@10.255.255.1:5060", branch: "n", from: phone), to: loopback.address)
            let answer = try #require(try await phone.response(.ok))
            phone.send(acknowledgement(of: answer, branch: "na", from: phone), to: loopback.address)
            #expect(try await phone.request(.bye) != nil)
            phone.close()
        }
    }

    @Test("that answers with a contact elsewhere gets the ACK and the BYE there")
    func contactElsewhere() async throws {
        try await Loopback.run(handlers: UserAgentHandlers { _ in }) { loopback in
            let front = try await RawPhone()
            let back = try await RawPhone()
            let sdp = sdp.replacing("\n", with: "\r\n")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await loopback.here.withCall(to: SipURI(user: "odd", address: front.address)) { _ in
                        try await Task.sleep(for: .milliseconds(300))
                    }
                }
                let invite = try #require(try await front.request(.invite))
                var answer = invite.response(.ok, toTag: "odd")
                answer.headers[.contact] = "<sip:odd@\(back.address)>"
                answer.headers[.contentType] = "application/sdp"
                answer.body.writeString(sdp)
                let via = try #require(invite.headers.topVia)
                front.send(answer, to: try #require(NetworkAddress(host: via.host, port: via.port ?? 5060)))
                #expect(try await back.request(.ack) != nil)
                let bye = try #require(try await back.request(.bye))
                back.send(bye.response(.ok), to: try #require(NetworkAddress(host: via.host, port: via.port ?? 5060)))
                try await group.waitForAll()
            }
            front.close()
            back.close()
        }
    }

    private func invite(contact: String, branch: String, from phone: RawPhone) -> String {
        """
        INVITE sip:anybody@127.0.0.1 SIP/2.0
        Via: SIP/2.0/UDP \(phone.address);branch=z9hG4bK\(branch);rport
        From: <sip:odd@127.0.0.1>;tag=1
        To: <sip:anybody@127.0.0.1>
        Call-ID: \(branch)
        CSeq: 1 INVITE
        Contact: <\(contact)>
        Max-Forwards: 70
        Content-Type: application/sdp
        Content-Length: \(sdp.utf8.count + sdp.count { $0 == "\n" })

        \(sdp)
        """
    }

    private func acknowledgement(of answer: SipResponse, branch: String, from phone: RawPhone) -> String {
        """
        ACK sip:anybody@127.0.0.1 SIP/2.0
        Via: SIP/2.0/UDP \(phone.address);branch=z9hG4bK\(branch);rport
        From: <sip:odd@127.0.0.1>;tag=1
        To: \(answer.headers[.to] ?? "")
        Call-ID: \(answer.headers.callID ?? "")
        CSeq: 1 ACK
        Max-Forwards: 70
        Content-Length: 0


        """
    }
}
