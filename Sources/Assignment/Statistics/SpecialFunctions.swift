#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The distribution functions that intervals and tests need, to about twelve digits.
enum SpecialFunctions {
    /// The standard normal distribution function.
    static func normalCDF(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

    /// The value below which a standard normal variable lies with probability `p`, 0 < `p` < 1.
    static func normalQuantile(_ p: Double) -> Double {
        invert(p, from: -40, to: 40, normalCDF)
    }

    /// The probability that a chi-square variable with that many degrees of freedom exceeds `x`.
    static func chiSquareTail(_ x: Double, degrees: Int) -> Double {
        x <= 0 ? 1 : upperGamma(Double(degrees) / 2, x / 2)
    }

    /// Student's distribution function.
    static func studentCDF(_ t: Double, degrees: Double) -> Double {
        let tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
        return t > 0 ? 1 - tail : tail
    }

    /// The value below which Student's variable lies with probability `p`.
    static func studentQuantile(_ p: Double, degrees: Double) -> Double {
        invert(p, from: -1e8, to: 1e8) { studentCDF($0, degrees: degrees) }
    }

    /// The probability of exactly `k` successes.
    static func binomialMass(_ k: Int, _ n: Int, _ p: Double) -> Double {
        if p <= 0 { return k == 0 ? 1 : 0 }
        if p >= 1 { return k == n ? 1 : 0 }
        let (k, n) = (Double(k), Double(n))
        let ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
        return exp(ways + k * log(p) + (n - k) * log1p(-p))
    }

    /// The probability of at most `k` successes.
    static func binomialCDF(_ k: Int, _ n: Int, _ p: Double) -> Double {
        if k < 0 { return 0 }
        if k >= n { return 1 }
        return incompleteBeta(1 - p, Double(n - k), Double(k + 1))
    }

    /// The probability of at least `k` successes, without loss of digits where it is small.
    static func binomialTail(_ k: Int, _ n: Int, _ p: Double) -> Double {
        if k <= 0 { return 1 }
        if k > n { return 0 }
        return incompleteBeta(p, Double(k), Double(n - k + 1))
    }

    /// Finds where an ascending function reaches `target`, by halving.
    private static func invert(
        _ target: Double, from low: Double, to high: Double, _ function: (Double) -> Double
    ) -> Double {
        var (low, high) = (low, high)
        for _ in 0..<200 {
            let middle = 0.5 * (low + high)
            if middle == low || middle == high { break }
            if function(middle) < target { low = middle } else { high = middle }
        }
        return 0.5 * (low + high)
    }

    /// The regularised incomplete beta function.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
        // The fraction converges fast on the near side of the mean only.
        return x < (a + 1) / (a + b + 2)
            ? front * betaFraction(x, a, b) / a : 1 - front * betaFraction(1 - x, b, a) / b
    }

    /// The continued fraction of the incomplete beta function, evaluated from the front (Lentz).
    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        let nonZero = { (value: Double) in abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / nonZero(1 - (a + b) * x / (a + 1))
        var fraction = d
        for step in 1...10_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / nonZero(1 + even * d)
            c = nonZero(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / nonZero(1 + odd * d)
            c = nonZero(1 + odd / c)
            let change = d * c
            fraction *= change
            if abs(change - 1) < 1e-15 { break }
        }
        return fraction
    }

    /// The regularised upper incomplete gamma function.
    private static func upperGamma(_ a: Double, _ x: Double) -> Double {
        let front = exp(a * log(x) - x - lgamma(a))
        if x < a + 1 {
            var (term, sum, n) = (1 / a, 1 / a, a)
            for _ in 0..<10_000 {
                n += 1
                term *= x / n
                sum += term
                if abs(term) < abs(sum) * 1e-16 { break }
            }
            return 1 - sum * front
        }
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var fraction = d
        for step in 1...10_000 {
            let i = Double(step)
            let an = -i * (i - a)
            b += 2
            d = 1 / (abs(an * d + b) < tiny ? tiny : an * d + b)
            c = abs(b + an / c) < tiny ? tiny : b + an / c
            let change = d * c
            fraction *= change
            if abs(change - 1) < 1e-15 { break }
        }
        return fraction * front
    }
}

extension Double {
    var naturalLog: Double { log(self) }
    /// The natural logarithm of one more: of a relative change the logarithm of the ratio.
    package var logOnePlus: Double { log1p(self) }
    /// What ``logOnePlus`` undoes.
    package var expMinusOne: Double { expm1(self) }
}
