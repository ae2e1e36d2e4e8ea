#!/usr/bin/env python3
"""What Sources/Assignment/Statistics/ConfidenceSequence.swift computes, again with SciPy, NumPy and GrowthBook's gbstats.

    sequential_fixtures.py > Tests/AssignmentTests/Fixtures/sequential.ndjson

Needs scipy, numpy, and gbstats 0.8 for its cases (pip install scipy gbstats). Nothing here shares code with the program.
"""
import json

import numpy
from gbstats.frequentist.tests import SequentialConfig, SequentialTwoSidedTTest
from gbstats.models.statistics import SampleMeanStatistic
from scipy import optimize

dice = numpy.random.default_rng(20261129)


def say(kind, given, expected):
    print(json.dumps({"kind": kind, "input": given, "expected": expected}))


def multiplier(count, confidence, tuning=1000.0):
    """Equation 14 of Waudby-Smith and others with the rho that makes it tightest at `tuning`."""
    alpha = 1 - confidence
    rho2 = (-2 * numpy.log(alpha) + numpy.log(-2 * numpy.log(alpha) + 1)) / tuning
    return float(numpy.sqrt(2 * (count * rho2 + 1) / (count * rho2) * numpy.log(numpy.sqrt(count * rho2 + 1) / alpha)))


def mean(values):
    return float(numpy.mean(values)), float(numpy.std(values, ddof=1) / numpy.sqrt(len(values)))


def ratio(parts, wholes):
    parts, wholes = numpy.asarray(parts, float), numpy.asarray(wholes, float)
    value = parts.sum() / wholes.sum()
    count = len(parts)
    linear = (parts - value * wholes) / wholes.mean()
    clustered = linear.var(ddof=0) / (count - 1) if count > 1 else 0
    smoothed = (parts.sum() + 0.5) / (wholes.sum() + 1)
    return float(value), float(numpy.sqrt(max(clustered, smoothed * (1 - smoothed) / wholes.sum())))


for count, confidence, tuning in ((60, 0.95, 1000), (1000, 0.95, 1000), (25_000, 0.99, 1000), (7, 0.9, 5000),
                                  (6868, 0.95, 5000), (400, 1 - 0.05 / 7, 1000)):
    say("multiplier", [count, confidence, tuning], multiplier(count, confidence, tuning))

for size, shift in ((40, 0.0), (300, 0.4), (2000, -0.1)):
    first, second = dice.gamma(2, 1, size).tolist(), (dice.gamma(2, 1, size + 7) + shift).tolist()
    statistics = [SampleMeanStatistic(n=len(v), sum=sum(v), sum_squares=sum(x * x for x in v)) for v in (first, second)]
    for tuning in (1000, 5000):
        found = SequentialTwoSidedTTest(
            *statistics, SequentialConfig(difference_type="absolute", sequential_tuning_parameter=tuning)).compute_result()
        say("gbstats", [first, second, [tuning]], [float(found.expected), *map(float, found.ci)])

for size, share in ((30, 0.1), (200, 0.02), (500, 0.5), (50, 0.0)):
    wholes = (1 + dice.poisson(4, size)).tolist()
    parts = [int(dice.binomial(n, p)) for n, p in zip(wholes, dice.beta(share * 3 + 1e-9, (1 - share) * 3, size))] \
        if share else [0] * size
    say("ratio", [parts, wholes], list(ratio(parts, wholes)))

for size in (40, 900):
    first, second = dice.lognormal(0, 1, size), dice.lognormal(0.2, 1, size)
    (a, sa), (b, sb) = mean(first), mean(second)
    half = multiplier(2 * size, 0.95) * numpy.hypot(sa / a, sb / b)
    centre = numpy.log(b / a)
    say("change", [first.tolist(), second.tolist()], [float(numpy.expm1(x)) for x in (centre, centre - half, centre + half)])

for groups, p in ((40, 0.5), (200, 0.95), (12, 0.5)):
    values = [(float(v), group) for group, base in enumerate(dice.lognormal(0, 0.5, groups))
              for v in base * dice.lognormal(0, 0.3, 1 + dice.poisson(3))]
    values.sort()
    count = len(values)
    rank = min(count, max(1, int(numpy.ceil(p * count))))
    wholes = numpy.zeros(groups)
    parts = numpy.zeros(groups)
    for place, (_, group) in enumerate(values):
        wholes[group] += 1
        parts[group] += place < rank
    share = rank / count
    linear = parts - share * wholes
    clustered = groups / (groups - 1) * (linear ** 2).sum() / count ** 2
    half = multiplier(groups, 0.95) * numpy.sqrt(max(clustered, p * (1 - p) / count))
    low, high = (p - half) * count, (p + half) * count
    say("quantile", [[v for v, _ in values], [g for _, g in values], [p, groups]],
        [values[rank - 1][0], None if low < 1 else values[int(numpy.floor(low)) - 1][0],
         None if high > count else values[min(count, int(numpy.ceil(high))) - 1][0]])

for effect, error, count, confidence in ((0.05, 0.03, 200, 0.95), (0.2, 0.05, 500, 0.95), (-0.01, 0.02, 1000, 0.99)):
    def short(total):
        return multiplier(total, confidence) * error * numpy.sqrt(count / total) - abs(effect)
    if short(count) <= 0:
        needed = count
    else:
        high = count
        while short(high) > 0:
            high *= 2
        needed = optimize.brentq(short, high / 2, high, xtol=1e-9)
    say("needed", [effect, error, count, confidence], float(needed))
