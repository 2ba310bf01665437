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
    /// A store that fails is tried again as long as the centre runs, and so often once it has ended.
    static let lastAttemptsMax = 10

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
        var pending = Batch()
        var failures = 0
        while true {
            if pending.isEmpty {
                let new = await entries.nextBatch()
                if new.isEmpty { return }
                pending.add(new)
            } else if pending.count < Self.entriesMax {
                pending.add(entries.drain())
            }
            if await write(&pending) {
                failures = 0
                continue
            }
            failures += 1
            guard !entries.isFinished || failures < Self.lastAttemptsMax else {
                return logger.error("journal entries lost at the end", metadata: ["count": "\(pending.count)"])
            }
            let pause = Duration.milliseconds(100 * min(failures * failures, 50))
            try? await time.sleep(until: time.now.advanced(by: pause), tolerance: nil)
        }
    }

    /// What is still to be written: of each thing only the newest version.
    private struct Batch {
        var contacts: [ContactID: ContactRecord] = [:]
        var agents: [AgentID: AgentStateRecord] = [:]
        var recordings: [RecordingID: RecordingInfo] = [:]

        var isEmpty: Bool { contacts.isEmpty && agents.isEmpty && recordings.isEmpty }
        var count: Int { contacts.count + agents.count + recordings.count }

        mutating func add(_ entries: [Entry]) {
            for entry in entries {
                switch entry {
                case .contact(let record): contacts[record.id] = record
                case .agent(let record): agents[record.agent] = record
                case .recording(let info): recordings[info.id] = info
                }
            }
        }
    }

    /// Takes out of the batch what is written. False when something is left because the store failed.
    private func write(_ batch: inout Batch) async -> Bool {
        do {
            if !batch.contacts.isEmpty { try await stores.contacts.save(Array(batch.contacts.values)) }
            batch.contacts = [:]
            if !batch.agents.isEmpty { try await stores.agentStates.save(Array(batch.agents.values)) }
            batch.agents = [:]
            if !batch.recordings.isEmpty { try await stores.recordings.save(Array(batch.recordings.values)) }
            batch.recordings = [:]
            return true
        } catch {
            logger.error("store failed", metadata: ["waiting": "\(batch.count)", "error": "\(error)"])
            return false
        }
    }
}
