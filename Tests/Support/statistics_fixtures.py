#!/usr/bin/env python3
"""The statistics of Sources/Assignment/Statistics, computed again with SciPy and NumPy.

    statistics_fixtures.py check FILE      every expected value of Tests/AssignmentTests/Fixtures/statistics.ndjson
    statistics_fixtures.py add FILE        appends the fixtures of calls that come in sessions, where there are none
    statistics_fixtures.py simulate        coverage of the intervals and false alarms of the sample-ratio check

Needs scipy and numpy (pip install scipy). Nothing here shares code with the program.
"""
import json
import sys

import numpy
from scipy import stats


def newcombe(a, n, b, m, confidence=0.95):
    first, second = wilson(a, n, confidence), wilson(b, m, confidence)
    return mover(first, second)


def wilson(successes, trials, confidence):
    found = stats.binomtest(int(successes), int(trials)).proportion_ci(confidence, method="wilson")
    return [successes / trials, found.low, found.high]


def mover(first, second):
    value = second[0] - first[0]
    below = numpy.hypot(second[0] - second[1], first[2] - first[0])
    above = numpy.hypot(second[2] - second[0], first[0] - first[1])
    return [value, value - below, value + above]


def mean(values):
    interval = stats.t.interval(0.95, len(values) - 1, numpy.mean(values), stats.sem(values))
    return [numpy.mean(values), *interval]


def welch(first, second):
    found = stats.ttest_ind(second, first, equal_var=False).confidence_interval(0.95)
    return [numpy.mean(second) - numpy.mean(first), found.low, found.high]


def ratio(observed, shares):
    observed, shares = numpy.array(observed), numpy.array(shares) / sum(shares)
    if len(observed) == 2:
        return stats.binomtest(int(observed[0]), int(observed.sum()), shares[0]).pvalue
    return stats.chisquare(observed, shares * observed.sum()).pvalue


def quantile_ranks(n, p, confidence=0.95):
    tail = (1 - confidence) / 2
    below = max([r for r in range(1, n + 1) if stats.binom.cdf(r - 1, n, p) <= tail], default=None)
    above = min([r for r in range(1, n + 1) if stats.binom.cdf(r - 1, n, p) >= 1 - tail], default=None)
    return below, above


def clustered(groups, confidence=0.95):
    """Share of successes among groups (successes, trials): linearised ratio, design effect, Wilson by its formula."""
    groups = numpy.array([group for group in groups if group[1] > 0], dtype=float)
    successes, trials = groups.sum(axis=0)
    share, count = successes / trials, len(groups)
    if 0 < share < 1 and count > 1:
        residuals = groups[:, 0] - share * groups[:, 1]
        variance = count * numpy.var(residuals, ddof=1) / trials**2  # The residuals' mean is zero.
        effect = max(1, variance / (share * (1 - share) / trials))
        scale = stats.norm.ppf(0.5 + confidence / 2) / stats.t.ppf(0.5 + confidence / 2, count - 1)
        effective = trials / effect * scale**2
    else:
        effective = count
    z = stats.norm.ppf(0.5 + confidence / 2)
    centre = (share + z * z / (2 * effective)) / (1 + z * z / effective)
    half = z * numpy.sqrt(share * (1 - share) / effective + z * z / (4 * effective**2)) / (1 + z * z / effective)
    return [share, 0 if share == 0 else centre - half, 1 if share == 1 else centre + half]


KINDS = {
    "wilson": lambda x: wilson(*x), "difference": lambda x: newcombe(*x), "mean": mean,
    "ratio": lambda x: ratio(*x), "student": lambda x: stats.t.cdf(*x),
    "chi2": lambda x: stats.chi2.sf(*x), "clustered": clustered,
    "quantile": lambda x: [max(1, int(numpy.ceil(x[0] * x[1]))), *quantile_ranks(*x)],
}


def check(path):
    counts = {}
    for number, line in enumerate(open(path), 1):
        fixture = json.loads(line)
        found = numpy.atleast_1d(numpy.array(KINDS[fixture["kind"]](fixture["input"]), dtype=float))
        expected = numpy.atleast_1d(numpy.array(fixture["expected"], dtype=float))
        if not numpy.allclose(found, expected, rtol=1e-8, atol=1e-10, equal_nan=True):
            sys.exit(f"{path}:{number}: expected {expected}, SciPy says {found}")
        counts[fixture["kind"]] = counts.get(fixture["kind"], 0) + 1
    print("as SciPy says:", ", ".join(f"{count} {kind}" for kind, count in counts.items()))


def add(path):
    if '"clustered"' in open(path).read():
        return
    dice = numpy.random.default_rng(5)
    cases = [[[0, 4], [0, 9], [0, 2]], [[3, 3], [1, 1]], [[1, 10], [0, 10], [7, 10], [0, 1], [0, 0], [2, 30]]]
    for rate, spread in [(0.05, 0.3), (0.4, 5.0)]:
        trials = 1 + dice.poisson(5, 40)
        rates = dice.beta(rate * spread, (1 - rate) * spread, 40)
        cases.append([[int(dice.binomial(n, p)), int(n)] for n, p in zip(trials, rates)])
    with open(path, "a") as out:
        for case in cases:
            out.write(json.dumps({"kind": "clustered", "input": case, "expected": [float(x) for x in clustered(case)]}) + "\n")


def simulate(rounds=2000):
    dice = numpy.random.default_rng(11)
    hits = {"wilson 0.05 of 200": 0, "calls in sessions, as clustered": 0, "calls in sessions, as if independent": 0,
            "Newcombe 0.05 to 0.08": 0, "Welch of log-normal costs": 0, "median": 0}
    for _ in range(rounds):
        k = dice.binomial(200, 0.05)
        low, high = wilson(k, 200, 0.95)[1:]
        hits["wilson 0.05 of 200"] += low <= 0.05 <= high
        trials = 1 + dice.poisson(5, 150)
        groups = [(dice.binomial(n, p), n) for n, p in zip(trials, dice.beta(0.1 * 2, 0.9 * 2, 150))]
        low, high = clustered(groups)[1:]
        hits["calls in sessions, as clustered"] += low <= 0.1 <= high
        low, high = wilson(sum(g[0] for g in groups), sum(g[1] for g in groups), 0.95)[1:]
        hits["calls in sessions, as if independent"] += low <= 0.1 <= high
        low, high = newcombe(dice.binomial(400, 0.05), 400, dice.binomial(300, 0.08), 300)[1:]
        hits["Newcombe 0.05 to 0.08"] += low <= 0.03 <= high
        first, second = dice.lognormal(0, 1, 60), dice.lognormal(0.2, 1, 50)
        low, high = welch(first, second)[1:]
        hits["Welch of log-normal costs"] += low <= numpy.exp(0.7) - numpy.exp(0.5) <= high
        values = numpy.sort(dice.exponential(1, 60))
        below, above = quantile_ranks(60, 0.5)
        hits["median"] += values[below - 1] <= numpy.log(2) <= values[above - 1]
    for name, count in hits.items():
        print(f"{count / rounds:6.1%}  {name}")
    for shares in ([0.5, 0.5], [0.6, 0.3, 0.1]):
        values = numpy.array([ratio(dice.multinomial(600, shares), shares) for _ in range(rounds)])
        print(f"{numpy.mean(values < 0.05):6.1%} false alarms at 5 %, {numpy.mean(values < 0.001):.2%} at 0.1 %  {shares}")


if __name__ == "__main__":
    commands = {"check": check, "add": add, "simulate": simulate}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
