import CCCore
import Testing

@testable import CCRouting

@Suite("Estimated wait")
struct WaitEstimatorsTests {
    private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    @Test(
        "the last to enter service tells the wait of the contact that was answered last, the head of line its own so far"
    )
    func delayHistory() {
        var estimators = WaitEstimators()
        _ = estimators.entered(ahead: 0, head: nil, now: at(0))
        let second = estimators.entered(ahead: 1, head: at(0), now: at(12))
        #expect(second.headOfLine == 12)
        #expect(second.lastServed == 0, "nobody was answered yet")
        estimators.served(wait: .seconds(40), predicted: nil, now: at(40))
        let third = estimators.entered(ahead: 1, head: at(12), now: at(50))
        #expect(third.lastServed == 40)
        #expect(third.headOfLine == 38)
        #expect(estimators.entered(ahead: 0, head: nil, now: at(60)).headOfLine == 0)
    }

    @Test("the queue length is divided by the rate at which the line moves while there is one")
    func queueLength() {
        var estimators = WaitEstimators()
        var time = 0.0
        // An answer every 10 s while there is a line; then an hour without a line, which says nothing about the rate.
        for _ in 0..<300 {
            _ = estimators.entered(ahead: 0, head: nil, now: at(time))
            time += 10
            estimators.served(wait: .seconds(10), predicted: nil, now: at(time))
        }
        time += 3600
        #expect(abs(estimators.estimates(ahead: 0, head: nil, now: at(time)).queueLength - 10) < 0.2)
        #expect(abs(estimators.estimates(ahead: 5, head: nil, now: at(time)).queueLength - 60) < 1)
        #expect(abs(estimators.estimates(ahead: 99, head: nil, now: at(time)).queueLength - 1000) < 15)
    }

    @Test("who gives up on the way makes the wait of those behind shorter, and the sum equals its definition")
    func abandonment() {
        var rates = LineRates()
        var time = 0.0
        // Ten in line all the time; each second one of them leaves or is answered, in turn: 0.5 answers per second, 0.05
        // abandons per second and contact.
        for _ in 0..<10 { rates.changed(by: 1, now: at(0)) }
        for _ in 0..<600 {
            time += 1
            rates.answered(now: at(time))
            rates.changed(by: 1, now: at(time))
            time += 1
            rates.abandoned(now: at(time))
            rates.changed(by: 1, now: at(time))
        }
        #expect(abs(rates.answerRate - 0.5) < 0.01)
        #expect(abs(rates.abandonRate - 0.05) < 0.005)
        for ahead in [0, 3, 16, 17, 40, 400] {
            let sum = (0...ahead).reduce(0.0) { $0 + 1 / (rates.answerRate + Double($1) * rates.abandonRate) }
            #expect(abs(rates.delay(ahead: ahead) - sum) < sum * 1e-3, "\(ahead) ahead")
        }
    }

    @Test("the combination follows the estimator that was best lately")
    func combination() {
        var estimators = WaitEstimators()
        var time = 0.0
        func serve(_ wait: Double, lastServed: Float, headOfLine: Float, queueLength: Float) {
            _ = estimators.entered(ahead: 0, head: nil, now: at(time))
            time += wait
            estimators.served(
                wait: .seconds(wait),
                predicted: WaitEstimates(
                    lastServed: lastServed, headOfLine: headOfLine, queueLength: queueLength, combined: 0),
                now: at(time))
        }
        #expect(estimators.best == .queueLength, "before there is anything to compare")
        for _ in 0..<60 { serve(30, lastServed: 10, headOfLine: 28, queueLength: 90) }
        #expect(estimators.best == .headOfLine)
        for _ in 0..<120 { serve(30, lastServed: 30, headOfLine: 80, queueLength: 90) }
        #expect(estimators.best == .lastServed)
        for _ in 0..<200 { serve(30, lastServed: 90, headOfLine: 80, queueLength: 31) }
        #expect(estimators.best == .queueLength)
        let estimates = estimators.estimates(ahead: 3, head: at(time - 7), now: at(time))
        #expect(estimates.combined == estimates.queueLength)
        #expect(estimators.errors.headOfLine.count == 380)
    }

    @Test("errors: bias, mean absolute, root mean square and coverage are those of their definitions")
    func errors() throws {
        var error = EstimateError()
        #expect(error.bias == nil && error.coverage == nil)
        // Estimate and wait: −20, +10, +40, 0; close are the second (within 15 s) and the fourth, and the first (within a
        // quarter of 100).
        for (estimate, wait) in [(80.0, 100.0), (20, 10), (80, 40), (50, 50)] {
            error.add(estimate: estimate, wait: wait)
        }
        #expect(error.bias == 7.5)
        #expect(error.meanAbsolute == 17.5)
        #expect(error.rootMeanSquare == (2100.0 / 4).squareRoot())
        #expect(error.coverage == 0.75)
        #expect(error.meanWait == 50)
        let json = try CenterJSON.line(error)
        #expect(json.contains(#""bias":7.5"#) && json.contains(#""coverage":0.75"#))
    }

    @Test("whatever order the events come in, estimates are finite and not negative")
    func robust() {
        var estimators = WaitEstimators()
        var random = SplitMix64(state: 7)
        var time = 0.0
        for _ in 0..<20_000 {
            time += Double(random.next() % 1000) / 100
            let jump = random.next() % 50 == 0 ? -500.0 : 0
            let now = at(max(0, time + jump))
            switch random.next() % 5 {
            case 0, 1:
                _ = estimators.entered(ahead: Int(random.next() % 2000), head: at(time - 100), now: now)
            case 2: estimators.served(wait: .seconds(Double(random.next() % 300)), predicted: nil, now: now)
            case 3: estimators.abandoned(now: now)
            default: estimators.left(now: now)
            }
            let estimates = estimators.estimates(ahead: Int(random.next() % 2000), head: at(time + 9), now: now)
            for estimator in WaitEstimator.allCases {
                #expect(estimates[estimator].isFinite && estimates[estimator] >= 0)
            }
        }
        #expect(estimators.waiting >= 0)
    }
}
