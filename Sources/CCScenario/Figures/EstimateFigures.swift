import CCRouting

/// How wrong the router's estimates of the wait in a queue were, in seconds; over all replications, warm-up included.
public struct EstimateFigures: Hashable, Sendable, Codable {
    /// One estimator's. Of the contacts that waited and were answered.
    public struct Estimator: Hashable, Sendable, Codable {
        public var count: Int
        /// Mean of estimate − wait.
        public var bias: Double
        public var meanAbsolute: Double
        public var rootMeanSquare: Double
        /// The share of estimates within 15 s or a quarter of the wait.
        public var coverage: Double
    }

    public var meanWait: Double
    public var lastServed: Estimator
    public var headOfLine: Estimator
    public var queueLength: Estimator
    public var combined: Estimator

    /// Nil when there was nothing to compare.
    init?(_ errors: EstimateErrors) {
        guard let meanWait = errors.combined.meanWait, let lastServed = Estimator(errors.lastServed),
            let headOfLine = Estimator(errors.headOfLine), let queueLength = Estimator(errors.queueLength),
            let combined = Estimator(errors.combined)
        else { return nil }
        self.meanWait = meanWait
        self.lastServed = lastServed
        self.headOfLine = headOfLine
        self.queueLength = queueLength
        self.combined = combined
    }
}

extension EstimateFigures.Estimator {
    init?(_ error: EstimateError) {
        guard let bias = error.bias, let meanAbsolute = error.meanAbsolute, let rootMeanSquare = error.rootMeanSquare,
            let coverage = error.coverage
        else { return nil }
        self.init(
            count: error.count, bias: bias, meanAbsolute: meanAbsolute, rootMeanSquare: rootMeanSquare,
            coverage: coverage)
    }
}
