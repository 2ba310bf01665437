import Foundation
import NIOCore

@testable import CCSip

/// The test data of this package, found from this file's place.
enum TestData {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Data")

    static func message(_ path: String) throws -> ByteBuffer {
        ByteBuffer(bytes: try Data(contentsOf: folder.appending(path: path)))
    }

    static let corpus = ["1_invite", "2_200ok", "3_ack", "4_bye", "5_register", "6_options"].map {
        "sip-corpus/\($0).sip"
    }

    static var torture: [String] { TortureRow.all.map { "rfc4475/\($0.file)" } }

    static func everyMessage() throws -> [ByteBuffer] { try (corpus + torture).map(message) }

    /// Text with LF line ends as the bytes of a message with CRLF.
    static func wire(_ text: String) -> ByteBuffer {
        ByteBuffer(string: text.replacing("\n", with: "\r\n"))
    }

    /// An OPTIONS request with more header fields, and a body if there is a Content-Length among them.
    static func options(_ headers: String = "", uri: String = "sip:bob@example.com", body: String = "") -> ByteBuffer {
        wire(
            """
            OPTIONS \(uri) SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1
            Max-Forwards: 70
            From: <sip:alice@example.com>;tag=1
            To: <sip:bob@example.com>
            Call-ID: 1@192.0.2.1
            CSeq: 1 OPTIONS
            \(headers.isEmpty ? "" : headers + "\n")
            \(body)
            """)
    }

    static func request(_ bytes: ByteBuffer) throws -> SipRequest {
        guard case .request(let request) = try SipMessage(parsing: bytes) else { throw NotARequest() }
        return request
    }

    struct NotARequest: Error {}
}
