import CCCore
import Testing

@Suite("Phone number")
struct PhoneNumberTests {
    @Test(
        "only the last two characters of a long number are shown",
        arguments: [("+34911234567", "…67"), ("123456", "…56"), ("12345", "…"), ("alice@home", "…me"), ("", "")])
    func redacted(number: String, shown: String) {
        #expect(PhoneNumber(number).redacted == shown)
    }

    @Test("no way of printing a value that holds a number shows it")
    func neverPrinted() {
        let contact = Contact(
            id: "c1", dialledNumber: "+34900111222", callerNumber: "+34911234567",
            arrivedAt: .init(millisecondsSince1970: 0))
        var dumped = ""
        dump(contact, to: &dumped)
        let number = contact.callerNumber
        let texts = ["\(contact)", String(reflecting: contact), "\(number)", "\([number])", dumped]
        for text in texts {
            #expect(!text.contains("911234567"))
            #expect(!text.contains("900111222"))
        }
    }
}
