import CCCore
import CCRecording
import CCRouting
import CCSip
import Foundation
import Logging

/// Writes what the centre keeps, in batches, beside the calls: nobody on the phone waits for a disk.
///
/// Whatever has come while one batch was written is the next one, so a slow disk makes batches larger, not calls slower.
final class Journal: Sendable {
    /// Entries that may wait for the disk; with a store that has been failing for long, more are lost, and logged.
    static let entriesMax = 200_000
    /// How often a failing store is tried again for the same batch.
    static let attemptsMax = 5

    private enum Entry: Sendable {
        case contact(ContactRecord)
        case agent(AgentStateRecord)
        case recording(RecordingInfo)
    }

    private let entries = Mailbox<Entry>(limit: Journal.entriesMax)
    private let stores: Stores
    private let time: any TimeSource
    private let logger: Logger

    init(stores: Stores, time: any TimeSource, logger: Logger) {
        self.stores = stores
        self.time = time
        self.logger = logger
    }

    func keep(_ record: ContactRecord) { add(.contact(record)) }
    func keep(_ recording: RecordingInfo) { add(.recording(recording)) }

    func keep(_ agent: AgentID, _ state: AgentState, since: Date) {
        add(.agent(AgentStateRecord(agent: agent, state: state, since: since)))
    }

    private func add(_ entry: Entry) {
        guard !entries.post(entry) else { return }
        logger.error("journal is full: an entry is lost")
    }

    /// No more entries come: ``run()`` returns when the last one is written.
    func finish() { entries.finish() }

    func run() async {
        while true {
            let batch = await entries.nextBatch()
            guard !batch.isEmpty else { return }
            await write(batch)
        }
    }

    private func write(_ batch: [Entry]) async {
        // Only the newest version of each thing counts.
        var contacts: [ContactID: ContactRecord] = [:]
        var agents: [AgentID: AgentStateRecord] = [:]
        var recordings: [RecordingID: RecordingInfo] = [:]
        for entry in batch {
            switch entry {
            case .contact(let record): contacts[record.id] = record
            case .agent(let record): agents[record.agent] = record
            case .recording(let info): recordings[info.id] = info
            }
        }
        let (records, states, infos) = (Array(contacts.values), Array(agents.values), Array(recordings.values))
        if !records.isEmpty { await attempt { [stores] in try await stores.contacts.save(records) } }
        if !states.isEmpty { await attempt { [stores] in try await stores.agentStates.save(states) } }
        if !infos.isEmpty { await attempt { [stores] in try await stores.recordings.save(infos) } }
    }

    private func attempt(_ write: @Sendable () async throws -> Void) async {
        for attempt in 1...Self.attemptsMax {
            do {
                return try await write()
            } catch {
                logger.error("store failed", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
                try? await time.sleep(
                    until: time.now.advanced(by: .milliseconds(100 * attempt * attempt)), tolerance: nil)
            }
        }
    }
}
