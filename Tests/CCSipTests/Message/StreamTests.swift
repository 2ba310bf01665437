import NIOCore
import Testing

@testable import CCSip

@Suite("Streams")
struct StreamTests {
    /// Everything the parser finds in the pieces, as texts.
    private func events(_ pieces: [ByteBuffer], limits: SipLimits = .standard) throws -> [String] {
        var parser = SipStreamParser(limits: limits)
        var found: [String] = []
        for piece in pieces {
            parser.append(piece)
            while let event = try parser.next() {
                switch event {
                case .keepAlive: found.append("keep-alive")
                case .message(let message): found.append(String(buffer: message.serialized()))
                }
            }
        }
        #expect(parser.pendingBytes == 0)
        return found
    }

    private func cut(_ bytes: ByteBuffer, at place: Int) -> [ByteBuffer] {
        var rest = bytes
        guard let head = rest.readSlice(length: place) else { return [] }
        return [head, rest]
    }

    @Test("a message cut at any place is read as if it were whole", arguments: TestData.corpus)
    func everySplit(path: String) throws {
        let bytes = try TestData.message(path)
        let expected = [String(buffer: try SipMessage(parsing: bytes).serialized())]
        for place in 0...bytes.readableBytes { #expect(try events(cut(bytes, at: place)) == expected) }
    }

    @Test("messages that come byte by byte are read one after another")
    func drip() throws {
        var all = ByteBuffer()
        var expected: [String] = []
        for path in TestData.corpus {
            let bytes = try TestData.message(path)
            expected.append(String(buffer: try SipMessage(parsing: bytes).serialized()))
            all.writeImmutableBuffer(bytes)
            all.writeString("\r\n\r\n")
            expected.append("keep-alive")
        }
        let bytes = all.readableBytesView.map { ByteBuffer(bytes: [$0]) }
        #expect(try events(bytes) == expected)
        #expect(try events([all]) == expected)
    }

    @Test("a double CRLF is a keep-alive, a single one is skipped")
    func keepAlive() throws {
        let options = TestData.options("Content-Length: 0")
        var bytes = ByteBuffer(string: "\r\n")
        bytes.writeImmutableBuffer(options)
        #expect(try events([bytes]).count == 1)
        #expect(try events([ByteBuffer(string: "\r\n\r\n")]) == ["keep-alive"])
        #expect(try events(["\r", "\n\r", "\n"].map { ByteBuffer(string: $0) }) == ["keep-alive"])
    }

    private func failure(_ bytes: ByteBuffer, limits: SipLimits = .standard) -> SipParseError? {
        var parser = SipStreamParser(limits: limits)
        parser.append(bytes)
        do {
            while try parser.next() != nil {}
            return nil
        } catch {
            // A failed stream stays failed, whatever comes.
            parser.append(TestData.options("Content-Length: 0"))
            #expect(throws: SipParseError.self) { try parser.next() }
            return error
        }
    }

    @Test("a message without Content-Length ends the stream")
    func noLength() {
        #expect(failure(TestData.options())?.code == .contentLength)
    }

    @Test("header fields or a body beyond the limit end the stream before they are held")
    func tooLarge() {
        #expect(failure(ByteBuffer(repeating: 0x41, count: 65_537))?.code == .tooLarge)
        #expect(failure(TestData.options("Content-Length: 1048577"))?.code == .tooLarge)
        #expect(failure(TestData.options("Content-Length: 99999999999999999999"))?.code == .contentLength)
        #expect(failure(TestData.options("Content-Length: -1"))?.code == .contentLength)
    }

    @Test("a malformed message ends the stream, and says what to answer")
    func malformed() throws {
        #expect(failure(try TestData.message("rfc4475/ncl.dat"))?.status == 400)
        #expect(failure(ByteBuffer(string: "\r\rINVITE\r\n\r\n"))?.status == nil)
    }
}
