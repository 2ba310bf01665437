import Foundation

/// Queueing models that have exact answers. Rates per second, times in seconds.
enum Exact {
    /// Erlang B: the share that is blocked of `load` Erlangs by `agents` (A. K. Erlang, 1917), by its stable recursion.
    static func erlangB(agents: Int, load: Double) -> Double {
        (1...agents).reduce(1) { blocked, n in load * blocked / (Double(n) + load * blocked) }
    }

    struct Waiting {
        var waitingProbability = 0.0
        var abandonRate = 0.0
        var meanWait = 0.0
        var inTimeOfOffered = 0.0
        var abandonedInTime = 0.0
    }

    /// Erlang C: M/M/n with patience without end.
    static func erlangC(agents: Int, rate: Double, talk: Double, threshold: Double) -> Waiting {
        let load = rate * talk
        let blocked = erlangB(agents: agents, load: load)
        let n = Double(agents)
        let waits = n * blocked / (n - load * (1 - blocked))
        return Waiting(
            waitingProbability: waits, meanWait: waits * talk / (n - load),
            inTimeOfOffered: 1 - waits * exp(-(n - load) * threshold / talk))
    }

    /// Erlang A: M/M/n+M (C. Palm, 1957). A contact that finds m others waiting has an offered wait V that is a sum of
    /// exponentials with rates nμ, nμ+θ, …, nμ+mθ, so exp(−θV) has a beta distribution with parameters nμ/θ and m+1.
    static func erlangA(agents: Int, rate: Double, talk: Double, patience: Double, threshold: Double) -> Waiting {
        let n = Double(agents)
        let service = n / talk
        let c = service * patience
        let x = exp(-threshold / patience)
        // Relative to the state with all agents busy and nobody waiting.
        var weight = 1.0
        var (total, length, servedInTime, within) = (0.0, 0.0, 0.0, 0.0)
        var (beta, betaServed) = (pow(x, c), pow(x, c + 1))
        var (step, stepServed) = (c * pow(x, c) * (1 - x), (c + 1) * pow(x, c + 1) * (1 - x))
        var m = 0.0
        while m < 10 || weight > 1e-18 * total {
            total += weight
            length += m * weight
            servedInTime += weight * c / (c + m + 1) * (1 - betaServed)
            within += weight * beta
            beta += step
            betaServed += stepServed
            m += 1
            step *= (1 - x) * (c + m) / (m + 1)
            stepServed *= (1 - x) * (c + 1 + m) / (m + 1)
            weight *= rate / (service + m / patience)
        }
        let all = 1 / erlangB(agents: agents, load: rate * talk) - 1 + total
        let waits = total / all
        let served = servedInTime / all
        return Waiting(
            waitingProbability: waits, abandonRate: length / all / patience / rate, meanWait: length / all / rate,
            inTimeOfOffered: 1 - waits + served, abandonedInTime: waits - served - x * within / all)
    }

    /// M/G/1: the mean wait (F. Pollaczek, A. Khinchine).
    static func pollaczekKhinchine(rate: Double, mean: Double, secondMoment: Double) -> Double {
        rate * secondMoment / (2 * (1 - rate * mean))
    }
}
