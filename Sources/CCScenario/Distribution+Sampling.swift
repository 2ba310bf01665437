#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Double {
    /// The natural logarithm.
    var logarithm: Double { log(self) }
    var exponential: Double { exp(self) }
}

extension Distribution {
    /// The exact mean, in seconds.
    public var mean: Double {
        switch self {
        case .deterministic(let value): value
        case .exponential(let mean): mean
        case .logNormal(let mu, let sigma): (mu + sigma * sigma / 2).exponential
        case .uniform(let low, let high): (low + high) / 2
        case .gamma(let shape, let scale): shape * scale
        case .empirical(let values): values.reduce(0, +) / Double(max(1, values.count))
        case .hyperexponential(let phases): phases.reduce(0) { $0 + $1.weight * $1.mean } / Self.weight(of: phases)
        }
    }

    /// The exact mean of the square, in seconds².
    public var secondMoment: Double {
        switch self {
        case .deterministic(let value): value * value
        case .exponential(let mean): 2 * mean * mean
        case .logNormal(let mu, let sigma): (2 * mu + 2 * sigma * sigma).exponential
        case .uniform(let low, let high): (low * low + low * high + high * high) / 3
        case .gamma(let shape, let scale): shape * (shape + 1) * scale * scale
        case .empirical(let values): values.reduce(0) { $0 + $1 * $1 } / Double(max(1, values.count))
        case .hyperexponential(let phases):
            phases.reduce(0) { $0 + $1.weight * 2 * $1.mean * $1.mean } / Self.weight(of: phases)
        }
    }

    /// The exact variance, in seconds².
    public var variance: Double { max(0, secondMoment - mean * mean) }

    private static func weight(of phases: [Phase]) -> Double { phases.reduce(0) { $0 + $1.weight } }

    /// A value by chance, in seconds.
    @inline(__always)
    public func sample<Generator: RandomNumberGenerator>(using generator: inout Generator) -> Double {
        switch self {
        case .deterministic(let value): value
        case .exponential(let mean): generator.exponential() * mean
        default: sampleRare(using: &generator)
        }
    }

    private func sampleRare<Generator: RandomNumberGenerator>(using generator: inout Generator) -> Double {
        switch self {
        case .deterministic(let value): return value
        case .exponential(let mean): return generator.exponential() * mean
        case .logNormal(let mu, let sigma): return (mu + sigma * generator.normal()).exponential
        case .uniform(let low, let high): return low + (high - low) * generator.unit()
        case .gamma(let shape, let scale): return generator.gamma(shape: shape) * scale
        case .empirical(let values):
            guard !values.isEmpty else { return 0 }
            return values[min(values.count - 1, Int(generator.unit() * Double(values.count)))]
        case .hyperexponential(let phases):
            var rest = generator.unit() * Self.weight(of: phases)
            let phase = phases.first {
                rest -= $0.weight
                return rest < 0
            }
            return generator.exponential() * (phase ?? phases.last ?? Phase(weight: 1, mean: 0)).mean
        }
    }

    /// A value by chance among those above `bound`: by the distribution's own tail where that is simple, else by
    /// drawing again, at most a thousand times; then `bound` itself.
    public func sample<Generator: RandomNumberGenerator>(
        above bound: Double, using generator: inout Generator
    ) -> Double {
        if case .exponential(let mean) = self { return bound + generator.exponential() * mean }
        for _ in 0..<1000 {
            let value = sample(using: &generator)
            if value > bound { return value }
        }
        return bound
    }
}

extension RandomNumberGenerator {
    /// Uniform in `0 ..< 1`.
    @inline(__always)
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Exponential with mean 1.
    @inline(__always)
    mutating func exponential() -> Double { -log(Double((next() >> 11) + 1) * 0x1p-53) }

    /// Normal with mean 0 and variance 1 (Marsaglia's polar method; the second value is not kept, so that the number
    /// of draws before a value depends on nothing but the stream).
    mutating func normal() -> Double {
        while true {
            let x = 2 * unit() - 1
            let y = 2 * unit() - 1
            let square = x * x + y * y
            if square > 0, square < 1 { return x * (-2 * log(square) / square).squareRoot() }
        }
    }

    /// Gamma with scale 1 (Marsaglia and Tsang, ACM TOMS 26, 2000).
    mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else { return gamma(shape: shape + 1) * pow(Double((next() >> 11) + 1) * 0x1p-53, 1 / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let cube = (1 + c * x) * (1 + c * x) * (1 + c * x)
            guard cube > 0 else { continue }
            if log(Double((next() >> 11) + 1) * 0x1p-53) < x * x / 2 + d - d * cube + d * log(cube) { return d * cube }
        }
    }
}
