"""What the main job does, in which order, and what counts as a failure."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from symadv.check import check
from symadv.isolate import isolate_many
from symadv.language.errors import SymadvError
from symadv.language.goals import Report
from symadv.plot.picture import Picture
from symadv.probability.crosscheck import CrossCheck
from symadv.probability.distribution import Distribution
from symadv.verify.derivations import Proof, everything, prove
from symadv.verify.drawing import Drawing
from symadv.verify.networks import NetworkStudy, Training
from symadv.verify.points import Place, budgets, places
from symadv.verify.risks import Risks, RiskTable
from symadv.verify.sampling import ClaimSampling, Sampling

ARTICLE = ("point_masses", "tsipras")
CLAIMS = "proofs/stutz"

Progress = Callable[[str, int, int], None]

_SECONDS, _MEMORY_MB = 600.0, 8192  # of one job: backstops, not budgets


@dataclass(frozen=True)
class Study:
    """All that was found out about one distribution; ``risks`` and ``networks`` at ``place``."""

    d: Distribution
    place: Place
    proofs: tuple[Proof, ...]
    samples: tuple[CrossCheck, ...]
    risks: tuple[RiskTable, ...]
    pictures: tuple[Picture, ...]
    networks: tuple[NetworkStudy, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """Steps that are not proved, attacks that cheated and tests that failed."""
        rows = [row for proof in self.proofs for row in proof.open]
        outside = [(n.training, a) for n in self.networks for a in n.attacks if a.outside]
        return (
            *(f"{row.claim}: {row.verdict.status}, not proved" for row in rows),
            *(f"a network {training}, {a.attack}: {a.outside} points outside the ball" for training, a in outside),
            *_failures(self.samples),
        )


@dataclass(frozen=True)
class Verification:
    """What the main job found; ``problems`` are what makes it fail, ``notes`` what was left out and why."""

    claims: Report
    claim_samples: tuple[CrossCheck, ...]
    studies: tuple[Study, ...]
    quick: bool
    seed: int
    crashes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def problems(self) -> tuple[str, ...]:
        """Verdicts that are not the expected ones, steps that are not proved, tests that failed and jobs that crashed."""
        found = [
            f"{row.claim}: {row.verdict.status}, expected {row.expects}" for row in self.claims if not row.as_expected
        ]
        for study in self.studies:
            found += [f"{study.d.name}: {words}" for words in study.problems]
        return (*found, *_failures(self.claim_samples), *self.crashes)


def verify(
    distributions: Sequence[str] = ARTICLE,
    *,
    claims: str | None = None,
    quick: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Verification:
    """Derive everything from each distribution and prove it, sample it, compute risks, draw, train networks, attack them.

    ``distributions`` are names, one's own (``"my.module:toy"``) too; ``claims`` is a path (default: the article's, with
    the article's examples).  The same seed gives the same results.  ``progress(stage, done, total)`` follows the work.
    """
    clock = _Clock(progress or (lambda stage, done, total: None))
    path = CLAIMS if claims is None and tuple(distributions) == ARTICLE else claims
    looked_at = [places(name, at_most=1 if quick else 2) for name in distributions]
    proofs = _proofs([own[0] for own in looked_at], clock)
    with clock.stage("claims") as told:
        report = check(path, progress=told) if path is not None else Report("", ())
    jobs = [*_jobs(looked_at, quick=quick, seed=seed)]
    if path is not None:
        numbers = tuple((s, v) for own in looked_at for s, v in own[0].values.items())
        jobs.append(("claims", ClaimSampling(path, numbers, seed)))
    with clock.stage("samples, risks, networks") as told:
        results, crashes = _done(jobs, told)
    studies = tuple(_study(own[0], proof, results) for own, proof in zip(looked_at, proofs, strict=True))
    return Verification(
        report, _all(results, "claims", ClaimSampling), studies, quick, seed, crashes, _notes(), clock.seconds
    )


def perform(job: Any) -> Any:
    """Run one job (in a child process)."""
    return job.run()


def _proofs(main: Sequence[Place], clock: "_Clock") -> list[tuple[Proof, ...]]:
    with clock.stage("derivations"):
        derived = [everything(place.symbolic) for place in main]
    with clock.stage("proofs") as told:
        proved = iter(prove([d for own in derived for d in own], progress=told))
    return [tuple(next(proved) for _ in own) for own in derived]


_Job = tuple[str, Any]
_Results = list[tuple[_Job, Any]]


def _jobs(looked_at: Sequence[Sequence[Place]], *, quick: bool, seed: int) -> Iterator[_Job]:
    """The long ones first, so that no core is left alone with one at the end."""
    draw = find_spec("matplotlib") is not None
    reach = {own[0].name: budgets(own[0].d) for own in looked_at}
    if find_spec("torch") is not None:
        for adversarial in (True, False):
            yield from (
                (own[0].name, Training(own[0], reach[own[0].name][-1], adversarial, quick, seed, draw))
                for own in looked_at
            )
    yield from ((place.name, Sampling(place, quick, seed)) for own in looked_at for place in own)
    for own in looked_at:
        yield own[0].name, Risks(own[0], reach[own[0].name][-1:] if quick else reach[own[0].name])
        yield from ((place.name, Risks(place, budgets(place.d)[-1:])) for place in own[1:])
        if draw:
            yield own[0].name, Drawing(own[0], reach[own[0].name][-1], seed)


def _failures(tests: Sequence[CrossCheck]) -> tuple[str, ...]:
    return tuple(
        f"{test.what} at {test.at}: sampling says {test.outcome}: {test.estimate} for {test.claimed}"
        for test in tests
        if test.outcome == "FAIL"
    )


def _done(jobs: Sequence[_Job], told: Callable[[int, int], None]) -> tuple[_Results, tuple[str, ...]]:
    outcomes = isolate_many(
        perform,
        [(job,) for _, job in jobs],
        seconds=_SECONDS,
        memory_mb=_MEMORY_MB,
        workers=min(os.cpu_count() or 1, 8),
        preload=("symadv.verify.job",),
        progress=told,
    )
    results, crashes = [], []
    for (name, job), outcome in zip(jobs, outcomes, strict=True):
        if outcome.error is None:
            results.append(((name, job), outcome.get()))
        else:
            kind = "" if isinstance(outcome.error, SymadvError) else f"{type(outcome.error).__name__}: "
            crashes.append(f"{name}: {type(job).__name__.lower()}: {kind}{outcome.error}")
    return results, tuple(crashes)


def _study(place: Place, proofs: tuple[Proof, ...], results: _Results) -> Study:
    found = {kind: _all(results, place.name, kind) for kind in (Sampling, Risks, Drawing)}
    networks = tuple(result for (name, job), result in results if name == place.name and isinstance(job, Training))
    ordered = tuple(sorted(networks, key=lambda study: study.training))
    return Study(place.symbolic, place, proofs, found[Sampling], found[Risks], found[Drawing], ordered)


def _all(results: _Results, name: str, kind: type) -> tuple[Any, ...]:
    return tuple(item for (owner, job), result in results if owner == name and isinstance(job, kind) for item in result)


def _notes() -> tuple[str, ...]:
    needs = {
        "torch": "No network was trained or attacked: that needs torch, pip install 'symadv[torch]'.",
        "matplotlib": "No picture was drawn: that needs matplotlib, pip install 'symadv[plot]'.",
    }
    return tuple(words for module, words in needs.items() if find_spec(module) is None)


class _Clock:
    """How long each stage took, and who is told how far it is."""

    def __init__(self, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """A stage; what it gives is called with (done, total)."""
        start = time.monotonic()
        self._progress(name, 0, 1)
        yield lambda done, total: self._progress(name, done, total)
        self.seconds[name] = round(time.monotonic() - start, 2)
        self._progress(name, 1, 1)
