"""What the main job does, in which order, and what counts as a failure."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from symadv.check import check
from symadv.isolate import Isolated, isolate_many
from symadv.language.errors import SymadvError
from symadv.language.goals import Report
from symadv.plot.picture import Picture
from symadv.probability.crosscheck import CrossCheck
from symadv.probability.distribution import Distribution
from symadv.verify.attacks import Graded, Grading
from symadv.verify.derivations import PATIENT, Proof, prove
from symadv.verify.drawing import Drawing
from symadv.verify.networks import NetworkStudy, Training
from symadv.verify.points import Place, budgets, places
from symadv.verify.risks import Risks, RiskTable
from symadv.verify.sampling import ClaimSampling, Sampling

ARTICLE = ("point_masses", "tsipras")
CLAIMS = "proofs/stutz"

Progress = Callable[[str, int, int], None]

_SECONDS, _MEMORY_MB = 600.0, 8192  # of one job: backstops, not budgets
_PRELOADED = ("symadv.verify.job", "torch", "torch._dynamo", "matplotlib.backends.backend_agg")  # once, not once a job


@dataclass(frozen=True)
class Study:
    """All that was found out about one distribution; pictures and networks at ``place``."""

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
        return (
            *(f"{row.claim}: {row.verdict.status}, not proved" for row in rows),
            *(words for network in self.networks for words in network.problems),
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
    graded: tuple[Graded, ...] = ()
    crashes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def problems(self) -> tuple[str, ...]:
        """Verdicts that are not the expected ones, steps that are not proved, tests that failed, jobs that crashed."""
        found = [
            f"{row.claim}: {row.verdict.status}, expected {row.expects}" for row in self.claims if not row.as_expected
        ]
        for study in self.studies:
            found += [f"{study.d.name}: {words}" for words in study.problems]
        found += [words for graded in self.graded for words in graded.problems]
        return (*found, *_failures(self.claim_samples), *self.crashes)


def verify(
    distributions: Sequence[str] = ARTICLE,
    *,
    claims: str | None = None,
    quick: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Verification:
    """Derive all that follows from each distribution, prove it, sample it; risks, pictures, networks under attack.

    ``distributions`` are names, one's own (``"my.module:toy"``) too; ``claims`` is a path (default: the article's, with
    the article's examples).  The same seed gives the same results.  ``progress(stage, done, total)`` follows the work.
    """
    clock = _Clock(progress or (lambda stage, done, total: None))
    path = CLAIMS if claims is None and tuple(distributions) == ARTICLE else claims
    looked_at = [places(name, at_most=1 if quick else 2) for name in dict.fromkeys(distributions)]
    proofs = _proofs([own[0] for own in looked_at], clock)
    with clock.stage("claims") as told:
        report = check(path, limits=PATIENT, progress=told) if path is not None else Report("", ())
    jobs = [*_gradings(distributions, quick, seed), *_jobs(looked_at, quick=quick, seed=seed)]
    if path is not None:
        numbers = tuple((s, v) for own in looked_at for s, v in own[0].values.items())
        known = {e.what for own in proofs for proof in own for e in proof.derivation.experiments}
        jobs.append(ClaimSampling(path, numbers, tuple(sorted(known)), seed))
    with clock.stage("samples, risks, networks") as told:
        results, left_out, crashes = _done(jobs, told, clock)
    not_derived = [words for own in looked_at for words in own[0].derivations[1]]
    studies = tuple(_study(own[0], proof, results) for own, proof in zip(looked_at, proofs, strict=True))
    sampled = tuple(test for job, found in results if isinstance(job, ClaimSampling) for test in found)
    graded = tuple(found for job, found in results if isinstance(job, Grading))
    notes = (*_notes(), *not_derived, *left_out)
    return Verification(report, sampled, studies, quick, seed, graded, crashes, notes, clock.seconds)


def perform(job: Any) -> Any:
    """Run one job (in a child process)."""
    return job.run()


def _proofs(main: Sequence[Place], clock: "_Clock") -> list[tuple[Proof, ...]]:
    with clock.stage("derivations"):
        derived = [place.derivations[0] for place in main]
    with clock.stage("proofs") as told:
        proved = iter(prove([d for own in derived for d in own], progress=told))
    return [tuple(next(proved) for _ in own) for own in derived]


_Results = list[tuple[Any, Any]]  # jobs, and what their run gave


def _gradings(distributions: Sequence[str], quick: bool, seed: int) -> Iterator[Grading]:
    """With the article's examples, attacks on the networks that come with the package."""
    if tuple(distributions) == ARTICLE and all(find_spec(name) is not None for name in ("torch", "safetensors")):
        yield Grading(quick, seed)


def _jobs(looked_at: Sequence[Sequence[Place]], *, quick: bool, seed: int) -> Iterator[Any]:
    """The long ones first, so that no core is left alone with one at the end."""
    draw = find_spec("matplotlib") is not None
    most = [(own, budgets(own[0].d)) for own in looked_at]
    if find_spec("torch") is not None:
        for adversarial in (True, False):
            yield from (Training(own[0], eps[-1], adversarial, quick, seed, draw) for own, eps in most)
    yield from (Sampling(place, quick, seed) for own in looked_at for place in own)
    for own, eps in most:
        yield Risks(own[0], eps[-1:] if quick else eps)
        yield from (Risks(place, budgets(place.d)[-1:]) for place in own[1:])
        if draw:
            yield Drawing(own[0], eps[-1], seed)


def _done(
    jobs: Sequence[Any], told: Callable[[int, int], None], clock: "_Clock"
) -> tuple[_Results, tuple[str, ...], tuple[str, ...]]:
    """What the jobs found; in words those that were refused, as exact risks in the plane are, and that crashed."""
    outcomes = isolate_many(
        perform,
        [(job,) for job in jobs],
        seconds=_SECONDS,
        memory_mb=_MEMORY_MB,
        preload=_PRELOADED,
        progress=told,
    )
    results, refused, crashed = [], [], []
    for job, outcome in zip(jobs, outcomes, strict=True):
        name = f"{type(job).__name__} of {job.place.name if hasattr(job, 'place') else job.path}"
        clock.seconds[name] = round(clock.seconds.get(name, 0.0) + outcome.seconds, 2)
        error = outcome.error
        if error is None:
            results.append((job, outcome.get()))
        elif isinstance(error, SymadvError) and not isinstance(error, Isolated):
            refused.append(f"{name}: {error}")
        else:
            crashed.append(f"{name}: {type(error).__name__}: {error}")
    return results, tuple(refused), tuple(crashed)


def _study(place: Place, proofs: tuple[Proof, ...], results: _Results) -> Study:
    own = [(job, found) for job, found in results if hasattr(job, "place") and job.place.name == place.name]

    def of(kind: type) -> tuple[Any, ...]:
        return tuple(item for job, found in own if isinstance(job, kind) for item in found)

    networks = sorted((found for job, found in own if isinstance(job, Training)), key=lambda study: study.training)
    return Study(place.symbolic, place, proofs, of(Sampling), of(Risks), of(Drawing), tuple(networks))


def _failures(tests: Sequence[CrossCheck]) -> tuple[str, ...]:
    return tuple(
        f"{test.what} at {test.at}: sampling says {test.outcome}: {test.estimate} for {test.claimed}"
        for test in tests
        if test.outcome == "FAIL"
    )


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
