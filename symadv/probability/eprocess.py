r"""Sequential tests of a claimed mean: PASS, FAIL or INCONCLUSIVE, with error rates that hold at every stopping time.

Bets $\lambda_k$ that are fixed beforehand play against "the mean is $\mu$" with the wealth
$W_n = \sum_k w_k \prod_{i \le n} (1 + \lambda_k (x_i - \mu))$, a nonnegative martingale that starts at 1.
By Ville's inequality it ever reaches $1/\alpha$ with probability at most $\alpha$ [ville1939], [waudbysmith2024].
Positive bets alone play against "at most $\mu$", negative ones against "at least $\mu$".  With claimed mean m and
tolerance t: PASS when "at most m - t" and "at least m + t" are both rejected, FAIL when "is m" is; the first counts.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from symadv.language.errors import SymadvError
from symadv.probability.wealth import EProcess, Floats, bets

Draw = Callable[[int, np.random.Generator], ArrayLike]
Progress = Callable[[int, int], None]
Outcome = Literal["PASS", "FAIL", "INCONCLUSIVE"]

_FIRST = 1024  # size of the first batch; each later one doubles what was seen, up to `batch`


@dataclass(frozen=True)
class SequentialTest:
    """The check that samples in [lower, upper] have mean `claimed` to within `tolerance`, wrong at rate `alpha`."""

    claimed: float
    tolerance: float
    lower: float
    upper: float
    alpha: float = 1e-12

    def __post_init__(self) -> None:
        """Refuse what cannot be tested; a tolerance wider than the bounds would pass without a sample."""
        _finite(claimed=self.claimed, tolerance=self.tolerance, lower=self.lower, upper=self.upper, alpha=self.alpha)
        if not self.lower <= self.claimed <= self.upper or self.lower == self.upper:
            raise SymadvError(
                f"claimed mean {self.claimed} with bounds [{self.lower}, {self.upper}]: "
                "wanted lower < upper and the mean between them"
            )
        _above_zero(tolerance=self.tolerance)
        if not 0 < self.alpha < 1:
            raise SymadvError(f"alpha is {self.alpha}, wanted a number strictly between 0 and 1")
        if self.claimed - self.tolerance < self.lower and self.claimed + self.tolerance > self.upper:
            raise SymadvError(
                f"tolerance {self.tolerance} around {self.claimed} covers [{self.lower}, {self.upper}], "
                f"wanted at most {max(self.claimed - self.lower, self.upper - self.claimed)}"
            )

    @property
    def width(self) -> float:
        """Distance between the bounds."""
        return self.upper - self.lower

    @property
    def largest_variance(self) -> float:
        r"""The largest variance, $\max (u - \mu)(\mu - l)$, of samples with a mean within tolerance of the claim."""
        middle = (self.lower + self.upper) / 2
        mean = min(max(middle, self.claimed - self.tolerance), self.claimed + self.tolerance)
        return (self.upper - mean) * (mean - self.lower)


@dataclass(frozen=True)
class SequentialResult:
    """What a test said, with the mean of its samples and the standard error of that mean (NaN without samples)."""

    outcome: Outcome
    estimate: float
    standard_error: float
    samples: int
    tolerance: float
    alpha: float


@dataclass(frozen=True)
class SeveralResult:
    """One outcome for several means: FAIL if one fails, PASS if all pass; undecided means are INCONCLUSIVE."""

    outcome: Outcome
    results: tuple[SequentialResult, ...]


def e_processes(test: SequentialTest) -> tuple[EProcess, tuple[EProcess, ...]]:
    """The e-process against "the mean is the claimed one", and those against the nonempty one-sided nulls."""

    def against(null: float, signs: Sequence[int]) -> EProcess:
        room = {+1: (null - test.lower, test.upper - null), -1: (test.upper - null, null - test.lower)}
        played = [(sign, *bets(*room[sign], test.tolerance)) for sign in signs if room[sign][1] > 0]
        sizes = np.concatenate([sign * own for sign, own, _ in played])
        weights = np.concatenate([weights for _, _, weights in played]) / len(played)
        return EProcess(null, sizes, weights, test.alpha)

    below, above = test.claimed - test.tolerance, test.claimed + test.tolerance
    one_sided = [(null, sign) for null, sign in ((below, +1), (above, -1)) if test.lower <= null <= test.upper]
    return against(test.claimed, (+1, -1)), tuple(against(null, (sign,)) for null, sign in one_sided)


class _Running:
    """One test under way: its e-processes and the running moments about the claimed mean."""

    def __init__(self, test: SequentialTest) -> None:
        self.test = test
        self.point, self.one_sided = e_processes(test)
        self.samples, self.first, self.second = 0, 0.0, 0.0

    def update(self, x: Floats) -> None:
        """Take the next samples, shape (n,), unless the test is already decided."""
        if self.outcome != "INCONCLUSIVE":
            return
        outside = x[~((x >= self.test.lower) & (x <= self.test.upper))]
        if len(outside):
            raise SymadvError(f"a sample is {outside[0]}, wanted samples in [{self.test.lower}, {self.test.upper}]")
        for process in (self.point, *self.one_sided):
            if math.isinf(process.rejected_at):
                process.update(x)
        deviation = x - self.test.claimed
        self.samples += len(x)
        self.first += float(deviation.sum())
        self.second += float(deviation @ deviation)

    @property
    def outcome(self) -> Outcome:
        """Whichever came first; FAIL when both came together."""
        passed_at = max(process.rejected_at for process in self.one_sided)
        if math.isinf(min(passed_at, self.point.rejected_at)):
            return "INCONCLUSIVE"
        return "FAIL" if self.point.rejected_at <= passed_at else "PASS"

    def result(self) -> SequentialResult:
        """The state as a result."""
        mean = self.first / self.samples if self.samples else math.nan
        error = math.sqrt(max(self.second / self.samples - mean**2, 0) / self.samples) if self.samples else math.nan
        test = self.test
        return SequentialResult(self.outcome, test.claimed + mean, error, self.samples, test.tolerance, test.alpha)


def sequential_test(
    draw: Draw,
    claimed: float,
    *,
    tolerance: float,
    bounds: tuple[float, float] = (0.0, 1.0),
    rng: np.random.Generator,
    alpha: float = 1e-12,
    batch: int = 32_768,
    max_samples: int | None = None,
    progress: Progress | None = None,
) -> SequentialResult:
    r"""Test "$E[x]$ = `claimed`" on independent samples `draw(n, rng)`, shape (n,), within `bounds`.

    FAIL has probability <= alpha when the mean is the claimed one, PASS when it is off by `tolerance` or more.
    INCONCLUSIVE after `max_samples`; the default is `samples_needed` at the largest variance.  After every batch
    `progress(samples, max_samples)` is called.  A sample outside the bounds, or NaN, is a SymadvError.
    """
    test = SequentialTest(float(claimed), float(tolerance), float(bounds[0]), float(bounds[1]), alpha)
    return _run(draw, [test], (), rng, batch, max_samples, progress)[0]


def several(
    draw: Draw,
    claimed: ArrayLike,
    *,
    tolerance: ArrayLike,
    bounds: tuple[ArrayLike, ArrayLike] = (0.0, 1.0),
    rng: np.random.Generator,
    alpha: float = 1e-12,
    batch: int = 32_768,
    max_samples: int | None = None,
    progress: Progress | None = None,
) -> SeveralResult:
    """Test d claimed means at once on samples of shape (n, d), each at alpha/d, so that wrong outcomes have rate alpha.

    `claimed` has shape (d,); `tolerance` and both `bounds` are numbers or have shape (d,).  Ends at the first FAIL.
    The rest is as in `sequential_test`.
    """
    columns = np.broadcast_arrays(*(np.asarray(column, dtype=float) for column in (claimed, tolerance, *bounds)))
    if columns[0].ndim != 1 or not columns[0].size:
        raise SymadvError(f"claimed, tolerance and bounds have joint shape {columns[0].shape}, wanted (d,) with d >= 1")
    share = alpha / columns[0].size
    tests = [SequentialTest(m, t, lower, upper, share) for m, t, lower, upper in np.stack(columns, axis=1).tolist()]
    results = _run(draw, tests, (len(tests),), rng, batch, max_samples, progress)
    outcomes = {result.outcome for result in results}
    outcome: Outcome = "FAIL" if "FAIL" in outcomes else "INCONCLUSIVE" if "INCONCLUSIVE" in outcomes else "PASS"
    return SeveralResult(outcome, results)


def _run(
    draw: Draw,
    tests: Sequence[SequentialTest],
    trailing: tuple[int, ...],
    rng: np.random.Generator,
    batch: int,
    max_samples: int | None,
    progress: Progress | None,
) -> tuple[SequentialResult, ...]:
    """Feed batches of shape (n, *trailing) to the tests until one fails, all are decided or the samples are used up."""
    most = (
        max(samples_needed(t.largest_variance, t.tolerance, width=t.width, alpha=t.alpha) for t in tests)
        if max_samples is None
        else max_samples
    )
    _above_zero(batch=batch, max_samples=most)
    running = [_Running(test) for test in tests]
    seen = 0
    while seen < most:
        n = min(batch, max(seen, _FIRST), most - seen)
        x = np.asarray(draw(n, rng), dtype=float)
        if x.shape != (n, *trailing):
            raise SymadvError(f"draw({n}, rng) gave shape {x.shape}, wanted {(n, *trailing)}")
        for state, column in zip(running, x.reshape(n, -1).T, strict=True):
            state.update(column)
        seen += n
        if progress is not None:
            progress(seen, most)
        outcomes = {state.outcome for state in running}
        if "FAIL" in outcomes or "INCONCLUSIVE" not in outcomes:
            break
    return tuple(state.result() for state in running)


def samples_needed(variance: float, tolerance: float, *, width: float, alpha: float = 1e-12) -> int:
    r"""Samples that decide with probability >= .999: PASS when the mean is exact, FAIL when it is off by >= tolerance.

    For samples of variance v in bounds w = `width` apart, and a claimed mean on a bound or three tolerances from both.
    One bet $\lambda$ of each e-process lies within [1/2, 1] times $\min(t/(v+wt), .99/w)$.  Its log wealth is below L
    after n samples with probability $\le e^{sL} E[(1+\lambda Y)^{-s}]^n$ for every s > 0 (Chernoff).  Among all Y >= -w
    of mean t and variance v that expectation is largest for two atoms, one at -w, and it is convex in $\lambda$.
    """
    _finite(variance=variance, tolerance=tolerance, width=width, alpha=alpha)
    _above_zero(tolerance=tolerance, width=width, alpha=alpha)
    if variance < 0 or tolerance > width:
        raise SymadvError(
            f"variance {variance}, tolerance {tolerance}, width {width}: wanted variance >= 0 and tolerance <= width"
        )
    bets = min(tolerance / (variance + width * tolerance), 0.99 / width) * np.array([[0.5], [1.0]])
    shares = 4 * (math.ceil(math.log2(width / tolerance)) + 2)  # of two signs, two halves, so many bets
    s = np.geomspace(1e-3, 100, 500)
    atom = variance / (variance + (tolerance + width) ** 2)
    rest = tolerance + variance / (tolerance + width)
    shrink = np.log(atom * (1 - bets * width) ** -s + (1 - atom) * (1 + bets * rest) ** -s)
    needed = (s * math.log(shares / alpha) + math.log(2 / 1e-3)) / np.where(shrink < 0, -shrink, np.nan)
    return math.ceil(float(np.nanmin(needed, axis=1).max()))


def _finite(**values: float) -> None:
    """Refuse values that are infinite or NaN, by name."""
    for name, value in values.items():
        if not math.isfinite(value):
            raise SymadvError(f"{name} is {value}, wanted a finite number")


def _above_zero(**values: float) -> None:
    """Refuse values that are not positive, by name."""
    for name, value in values.items():
        if not value > 0:
            raise SymadvError(f"{name} is {value}, wanted more than 0")
