import ArgumentParser
import CCCore
import CCSQLite

/// `ccctl explain CONTACT --store center.sqlite`: why a contact was offered to whom.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say why a contact was offered to whom, and to whom not.",
        discussion: """
            Reads the journal: each offer of the contact with the requirement in force, who could have had it, who could \
            not and by which rule, and what became of it. A centre writes this down unless its plan says explains: false. \
            With --json every decision is one JSON object on a line of its own, with position and date. The file is only \
            read; a running centre is not disturbed. Ends with status 1 when the journal does not know the contact.
            """)

    @Argument(help: ArgumentHelp("The contact's id.", valueName: "contact"))
    var contact: String

    @Option(help: ArgumentHelp("The store's file.", valueName: "file"))
    var store: String

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let store = try SQLiteStore(path: store, access: .readOnly)
        let id = ContactID(contact)
        var entries: [JournalEntry] = []
        for try await entry in JournalEntries(store: store) where entry.event.contact == id { entries.append(entry) }
        guard !entries.isEmpty else {
            print("the journal does not know the contact \(contact)")
            throw ExitCode(1)
        }
        let explanation = ContactExplanation(entries)
        for line in json ? try explanation.jsonLines : explanation.lines { print(line) }
    }
}
