import CCCore
import CCWorkforce

/// One point of `ccctl erlang`, for people and as JSON. Figures that are infinite, because the queue grows without end, are left out.
struct ErlangReport: Encodable {
    struct Figures: Encodable {
        var waitingProbability, serviceLevel, serviceLevelOfAnswered, serviceLevelExcludingAbandonedInTime: Double
        var serviceLevelIncludingAbandonedInTime, serviceLevelVirtual, abandonRate, abandonedInTime: Double
        var averageWait, averageSpeedOfAnswer: Double?
        var occupancy: Double
        var queueLength: Double?

        init(_ figures: WaitingFigures) {
            func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
            waitingProbability = figures.waitingProbability
            serviceLevel = figures.serviceLevel()
            serviceLevelOfAnswered = figures.serviceLevel(.ofAnswered)
            serviceLevelExcludingAbandonedInTime = figures.serviceLevel(.excludingAbandonedInTime)
            serviceLevelIncludingAbandonedInTime = figures.serviceLevel(.includingAbandonedInTime)
            serviceLevelVirtual = figures.virtualServiceLevel
            abandonRate = figures.abandonRate
            abandonedInTime = figures.abandonedInTime
            averageWait = finite(figures.averageWait)
            averageSpeedOfAnswer = finite(figures.averageSpeedOfAnswer)
            occupancy = figures.occupancy
            queueLength = finite(figures.queueLength)
        }
    }

    /// Several at once.
    struct Chats: Encodable {
        /// Their occupancy is the share of agents' time with a chat or more.
        var figures: Figures
        var chatsAtOnce, equivalentAgents, averageDurationSeconds: Double

        init(_ chats: ChatFigures) {
            figures = Figures(chats.waiting)
            figures.occupancy = chats.occupancy
            (chatsAtOnce, equivalentAgents) = (chats.chats, chats.equivalentAgents)
            averageDurationSeconds = chats.averageDuration
        }
    }

    /// Handle times that are not exponential.
    struct General: Encodable {
        var variation, waitingProbability, averageWait, serviceLevel: Double
    }

    var load, contactsPerHour, handleTimeSeconds: Double
    var patienceSeconds: Double?
    /// With the contacts that come back; nil without retrials.
    var loadWithRetrials: Double?
    var agents: Int
    var thresholdSeconds: Double
    var stable: Bool
    var erlangB: Double
    var erlangC: Figures
    var erlangA: Figures?
    var chats: Chats?
    /// Nobody gives up.
    var general: General?

    /// - Parameters:
    ///   - retrials: the share of those who give up who call again.
    ///   - variation: variance ÷ mean² of handle times.
    init(
        _ new: Workload, agents: Int, threshold: Double, retrials: Double? = nil, concurrency: ChatConcurrency? = nil,
        variation: Double? = nil
    ) throws {
        let work = try new.withRetrials(probability: retrials ?? 0, agents: agents)
        let patient = try Workload(load: work.load, handleTime: work.handleTime)
        let figures = try WaitingFigures(patient, agents: agents, threshold: threshold)
        (load, contactsPerHour, handleTimeSeconds) = (new.load, new.contactsPerHour, new.handleTime)
        if retrials != nil { loadWithRetrials = work.load }
        self.agents = agents
        thresholdSeconds = threshold
        stable = figures.isStable
        erlangB = try ErlangB.blocking(load: work.load, servers: agents)
        erlangC = Figures(figures)
        if work.patience.isFinite {
            patienceSeconds = work.patience
            erlangA = Figures(try WaitingFigures(work, agents: agents, threshold: threshold))
        }
        if let concurrency {
            chats = Chats(
                try ChatFigures(work, agents: agents, concurrency: concurrency, threshold: threshold))
        }
        if let variation {
            let figures = try GeneralServiceFigures(
                patient, agents: agents, threshold: threshold, variation: variation)
            general = General(
                variation: variation, waitingProbability: figures.waitingProbability,
                averageWait: figures.averageWait, serviceLevel: figures.serviceLevel)
        }
    }

    var lines: [String] {
        let columns =
            chats.map { [("chats", $0.figures)] } ?? [("Erlang C", erlangC)]
            + (erlangA.map { [("Erlang A", $0)] } ?? [])
        var rows = [[""] + columns.map(\.0)]
        func add(_ name: String, _ factor: Double = 1, _ value: (Figures) -> Double?) {
            rows.append([name] + columns.map { FiguresTable.number(value($0.1).map { $0 * factor }, 3) })
        }
        add("service level, %", 100) { $0.serviceLevel }
        add("  of answered, %", 100) { $0.serviceLevelOfAnswered }
        add("  without abandoned in time, %", 100) { $0.serviceLevelExcludingAbandonedInTime }
        add("  with abandoned in time, %", 100) { $0.serviceLevelIncludingAbandonedInTime }
        add("  of a patient test customer, %", 100) { $0.serviceLevelVirtual }
        add("abandoned, %", 100) { $0.abandonRate }
        add("waiting probability, %", 100) { $0.waitingProbability }
        add("speed of answer, s") { $0.averageSpeedOfAnswer }
        add("wait of all, s") { $0.averageWait }
        add("occupancy, %", 100) { $0.occupancy }
        add("queue length") { $0.queueLength }
        func text(_ value: Double, _ digits: Int = 3) -> String { FiguresTable.number(value, digits) }
        var lines = ["\(agents) agents, \(text(load)) Erlangs; Erlang B \(text(erlangB * 100)) %"]
        if let loadWithRetrials { lines.append("with those who call again \(text(loadWithRetrials)) Erlangs") }
        lines += FiguresTable.aligned(rows)
        if let chats {
            lines.append(
                "\(text(chats.chatsAtOnce, 1)) chats at once, each for \(text(chats.averageDurationSeconds, 1)) s; with all slots "
                    + "taken as fast as \(text(chats.equivalentAgents, 1)) agents with one chat each")
        }
        if let general {
            lines.append(
                "with handle times whose variance is \(text(general.variation, 2)) times their mean² and nobody giving up: "
                    + "service level \(text(general.serviceLevel * 100)) %, wait of all \(text(general.averageWait)) s")
        }
        return lines
    }
}
