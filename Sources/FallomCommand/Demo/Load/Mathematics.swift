import Glibc

/// e to the power of `exponent`.
func exponential(_ exponent: Double) -> Double { exp(exponent) }

/// The natural logarithm.
func naturalLogarithm(_ value: Double) -> Double { log(value) }
