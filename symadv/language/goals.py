"""Goals, claims and verdicts: what is to be proved, and what came of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import sympy

from symadv.language.parameters import Parameter, parameters_of

Status = Literal["PROVED", "REFUTED", "SUPPORTED", "UNDECIDED", "VACUOUS"]


class ForAll(sympy.logic.boolalg.BooleanFunction):
    r"""$\forall v_1, \dots, v_n : S$; arguments are a ``Tuple`` of parameters (over their domains) and a statement."""

    @classmethod
    def eval(cls, variables: Any, statement: Any) -> None:
        return None


class Exists(sympy.logic.boolalg.BooleanFunction):
    r"""$\exists v_1, \dots, v_n : S$; arguments are a ``Tuple`` of parameters (over their domains) and a statement."""

    @classmethod
    def eval(cls, variables: Any, statement: Any) -> None:
        return None


@dataclass(frozen=True)
class Experiment:
    """How to sample the number that a formula claims to be: the bridge from closed forms to the sequential tests.

    ``claimed`` is the formula in the parameters.  ``draw(values)`` gets exact values of the parameters and returns a
    function ``(n, rng) -> (n,) floats`` whose mean is the number, every float within ``bounds``.  ``rare(values)``,
    where given, returns such a function and its bounds for small numbers: an importance sampler of the same mean.
    """

    what: str
    claimed: sympy.Expr
    draw: Callable[[Mapping[Parameter, sympy.Expr]], Callable[[int, Any], Any]]
    bounds: tuple[float, float] = (0.0, 1.0)
    rare: Callable[[Mapping[Parameter, sympy.Expr]], tuple[Callable[[int, Any], Any], tuple[float, float]]] | None = (
        None
    )


@dataclass(frozen=True)
class Goal:
    """A statement to be proved for all values of its free parameters in their domains that satisfy ``given``."""

    statement: sympy.Basic
    given: tuple[sympy.Basic, ...] = ()
    name: str = ""
    experiment: Experiment | None = field(default=None, compare=False)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the statement and of what is given, in order of first appearance."""
        return parameters_of(self.statement, *self.given)


@dataclass(frozen=True)
class Verdict:
    """What provers say of a goal: status, who, by which reductions, and evidence that can be replayed.

    ``reductions`` says in words what was replaced by what; ``lemmas`` are the statements behind such sentences, each a
    goal named by its sentence that can be proved by itself.  ``witness`` is an exact point at which the statement
    fails; ``evidence`` holds covers of the domain by boxes, as plain data.
    """

    status: Status
    prover: str = ""
    witness: Mapping[Parameter, sympy.Expr] | None = None
    reductions: tuple[str, ...] = ()
    why: str = ""
    seconds: float = field(default=0.0, compare=False)
    evidence: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    lemmas: tuple[Goal, ...] = field(default=(), compare=False, repr=False)

    @property
    def replayed_as(self) -> str:
        """What was looked at once more: a "witness" by exact arithmetic, a "cover" by a second program, a proof by a
        "kernel"; "solver" where the prover alone is the authority, and nothing where it settled nothing.
        """
        if self.status == "REFUTED":
            return "witness"
        if self.status not in ("PROVED", "VACUOUS"):
            return ""
        return "kernel" if self.prover == "rocq" else "cover" if self.evidence else "solver"


class Derived(Protocol):
    """What a claim may rest on: a derivation, each of its steps a goal."""

    def goals(self) -> tuple[Goal, ...]:
        """What has to be proved for it to hold."""
        ...


@dataclass(frozen=True)
class Claim:
    """A sentence, the formal statement of what it says, and what is expected of it.

    ``sentence`` quotes ``source`` at ``place``; ``says`` puts the formal statement into words, and ``where`` what its
    letters stand for.  ``because`` holds the derivations whose results the statement is made of, by what they derive.
    ``exactly_when`` is a condition on the parameters claimed to be both sufficient and necessary for the statement
    (under ``given``).  ``number`` orders the claims of a source as its text does.
    """

    name: str
    sentence: str
    source: str
    place: str
    says: str
    statement: sympy.Basic | None = None
    given: tuple[sympy.Basic, ...] = ()
    exactly_when: sympy.Basic | None = None
    expects: Status = "PROVED"
    expects_exactness: Status | None = None
    why: str = ""
    experiments: tuple[Experiment, ...] = ()
    number: str = ""
    where: str = ""
    because: Mapping[str, Derived] = field(default_factory=dict, compare=False, repr=False)

    def goal(self) -> Goal:
        """The statement as a goal."""
        return Goal(self.statement, self.given, self.name)


@dataclass(frozen=True)
class Row:
    """One line of a report: a claim or a step, and what the provers say of it."""

    claim: str
    says: str
    verdict: Verdict
    expects: Status = "PROVED"
    exactly_when: sympy.Basic | None = None
    exactness: Verdict | None = None
    subject: Any = field(default=None, compare=False, repr=False)
    expects_exactness: Status | None = None

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one, and so is that on the exact condition where one is expected."""
        exact = self.exactness.status if self.exactness else None
        return self.verdict.status == self.expects and self.expects_exactness in (None, exact)


@dataclass(frozen=True)
class Report:
    """The verdicts on some goals or claims, in their order."""

    title: str
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def proved(self) -> bool:
        """Whether every row is PROVED, and there is one."""
        return bool(self.rows) and all(row.verdict.status == "PROVED" for row in self.rows)

    @property
    def as_expected(self) -> bool:
        """Whether every verdict is the one that its claim expects."""
        return all(row.as_expected for row in self.rows)
