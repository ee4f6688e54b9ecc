r"""What counts as adversarial: pairs of places, one for the clean point and one for the perturbed point.

The atoms are $F_c = \{f = c\}$ and $C_c = \{\text{the Bayes label of } \pi(\cdot) \text{ is } c, \text{ strictly}\}$.
A definition is written once with them, and read as regions, pointwise on labels, as LaTeX, and on the finitely many
types (f, c) that a point can have.  With a *margin*, C_c shrinks to where the posterior of c is ahead by that much.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import compare, order
from symadv.language.regions import Cells, everywhere, union


@dataclass(frozen=True)
class Label:
    """A label by name: ``Y`` is the sample's own, any other one ranges over all labels ("for each c")."""

    name: str


Y = Label("y")
ANY, OTHER = Label("c"), Label("c'")


@dataclass(frozen=True)
class Atom:
    """``F`` (what the classifier says) or ``C`` (the Bayes label of the projection) at a label."""

    letter: str
    label: Label
    negated: bool = field(default=False, kw_only=True)

    @property
    def latex(self) -> str:
        """The atom as a subset of feature space."""
        plain = f"{self.letter}_{{{self.label.name}}}"
        return rf"\overline{{{plain}}}" if self.negated else plain


@dataclass(frozen=True)
class Place:
    """An intersection of atoms; without any, all of feature space."""

    atoms: tuple[Atom, ...] = ()

    def __and__(self, other: "Place") -> "Place":
        return Place(tuple(dict.fromkeys((*self.atoms, *other.atoms))))

    def renamed(self, names: Mapping[Label, Label]) -> "Place":
        """The place with other label variables."""
        return Place(tuple(replace(a, label=names.get(a.label, a.label)) for a in self.atoms))

    @property
    def latex(self) -> str:
        """The place as a subset of feature space."""
        return r" \cap ".join(a.latex for a in self.atoms) or r"\mathcal{X}"


EVERYWHERE = Place()
_MARGIN = "(margin "  # in the names of definitions


def F(label: Label) -> Place:
    r"""$F_c = \{x : f(x) = c\}$."""
    return Place((Atom("F", label),))


def not_F(label: Label) -> Place:
    r"""$\overline{F_c} = \bigcup_{c' \ne c} F_{c'}$: classifiers are total."""
    return Place((Atom("F", label, negated=True),))


def C(label: Label) -> Place:
    r"""$C_c$, where the Bayes label of $\pi(x)$ is c, strictly; has no complement: no tie counts by accident."""
    return Place((Atom("C", label),))


@dataclass(frozen=True)
class Pair:
    """Where the clean point must lie, where the perturbed point must lie, and which label variables must differ."""

    clean: Place
    perturbed: Place
    different: tuple[tuple[Label, Label], ...] = field(default=(), kw_only=True)

    @property
    def variables(self) -> tuple[Label, ...]:
        """The labels "for each" of which the pair is meant, in order of appearance."""
        return tuple(dict.fromkeys(a.label for a in (*self.clean.atoms, *self.perturbed.atoms) if a.label != Y))

    def renamed(self, names: Mapping[Label, Label]) -> "Pair":
        """The pair with other label variables."""
        different = tuple((names.get(a, a), names.get(b, b)) for a, b in self.different)
        return Pair(self.clean.renamed(names), self.perturbed.renamed(names), different=different)

    def __and__(self, other: "Pair") -> "Pair":
        taken = self.variables
        fresh = {v: _fresh(k + len(taken)) for k, v in enumerate(other.variables)}
        mine = self.renamed({v: _fresh(k) for k, v in enumerate(taken)})
        theirs = other.renamed(fresh)
        different = mine.different + theirs.different
        return Pair(mine.clean & theirs.clean, mine.perturbed & theirs.perturbed, different=different)

    @property
    def latex(self) -> str:
        """The pair, and for which labels it is meant."""
        pair = rf"\left({self.clean.latex},\; {self.perturbed.latex}\right)"
        if not self.variables:
            return pair
        different = [rf"{a.name} \neq {b.name}" for a, b in self.different]
        free = [v.name for v in self.variables if not any(v in two for two in self.different)]
        return rf"{pair} \text{{ for each }} {', '.join([*free, *different])}"


def _fresh(k: int) -> Label:
    return Label("c" + "'" * k)


@dataclass(frozen=True)
class Types:
    """A set of types: what f may say, and which Bayes label $\\pi(\\cdot)$ may have; ``c`` None: any, also no label."""

    f: frozenset[int]
    c: frozenset[int] | None


@dataclass(frozen=True)
class Definition:
    r"""$\tilde x$ is adversarial for (x, y) when some pair has x in its clean and $\tilde x$ in its perturbed place.

    ``|`` counts what either definition counts, ``&`` what both count at the same $\tilde x$.  ``margin``: every $C_c$
    means that the posterior of c exceeds each other one by at least this much, or, for 0, by any amount.
    """

    name: str
    pairs: tuple[Pair, ...]
    aka: tuple[str, ...] = field(default=(), kw_only=True)
    source: str = field(default="", kw_only=True)
    margin: Any = field(default=sympy.S.Zero, kw_only=True)

    def __post_init__(self) -> None:
        margin = exact(self.margin)
        if order(margin, sympy.S.Zero) not in (0, 1) or order(margin, sympy.S.One) not in (-1, 0):
            raise SymadvError(f"got the margin {self.margin}, wanted a number from 0 to 1")
        if margin != 0 and not self.uses_truth:
            raise SymadvError(f"{self.name} does not speak of the Bayes label, so it has no margin")
        object.__setattr__(self, "margin", margin)

    def thick(self, margin: Any) -> "Definition":
        """The definition with a margin in [0, 1], read exactly, for the Bayes labels that it speaks of."""
        found = replace(self, margin=margin)
        name = self.name.partition(_MARGIN)[0]
        return replace(found, name=name if found.margin == 0 else f"{name}{_MARGIN}{found.margin})")

    @property
    def uses_truth(self) -> bool:
        """Whether some place asks for the Bayes label."""
        return any(a.letter == "C" for p in self.pairs for place in (p.clean, p.perturbed) for a in place.atoms)

    def __or__(self, other: "Definition") -> "Definition":
        pairs = tuple(dict.fromkeys(self.pairs + other.pairs))
        return Definition(f"{self.name} | {other.name}", pairs, margin=self._shared(other))

    def __and__(self, other: "Definition") -> "Definition":
        pairs = tuple(a & b for a in self.pairs for b in other.pairs)
        return Definition(f"({self.name}) & ({other.name})", pairs, margin=self._shared(other))

    def _shared(self, other: "Definition") -> sympy.Expr:
        margins = {d.margin for d in (self, other) if d.uses_truth}
        if len(margins) > 1:
            raise SymadvError(f"got definitions with the margins {self.margin} and {other.margin}, wanted one margin")
        return margins.pop() if margins else sympy.S.Zero

    def types(self, y: int, labels: Sequence[int]) -> tuple[tuple[Types, Types], ...]:
        """The pairs for a sample of label y, every "for each" written out, as sets of types (f, c)."""
        if y not in labels:
            raise _not_a_label("y", y, labels)
        found: dict[tuple[Types, Types], None] = {}
        for pair in self.pairs:
            for values in product(labels, repeat=len(pair.variables)):
                names = {Y: y, **dict(zip(pair.variables, values, strict=True))}
                if any(names[a] == names[b] for a, b in pair.different):
                    continue
                clean, perturbed = (_types(place, names, labels) for place in (pair.clean, pair.perturbed))
                if clean is not None and perturbed is not None:
                    found.setdefault((clean, perturbed))
        return tuple(found)

    def regions(
        self, y: int, f: Mapping[int, Cells], c: Mapping[int, Cells], labels: Sequence[int]
    ) -> list[tuple[Cells, Cells]]:
        """The pairs for a sample of label y as regions, from the regions of f and of the Bayes label."""
        return [(_region(clean, f, c), _region(perturbed, f, c)) for clean, perturbed in self.types(y, labels)]

    def holds(
        self, y: ArrayLike, f_x: ArrayLike, f_adv: ArrayLike, c_x: ArrayLike, c_adv: ArrayLike, *, labels: Sequence[int]
    ) -> NDArray[np.bool_]:
        """Whether x_adv is adversarial for (x, y), from the labels at both: integers or integer arrays that broadcast.

        ``f_*`` and ``y`` must hold ``labels``; any other value in ``c_*`` stands for "no label".
        """
        f_clean, f_moved = np.asarray(f_x), np.asarray(f_adv)
        for what, values in (("y", y), ("f(x)", f_x), ("f(x_adv)", f_adv)):
            strangers = np.setdiff1d(np.asarray(values), labels)
            if strangers.size:
                raise _not_a_label(what, strangers[0].item(), labels)
        result = np.zeros(np.broadcast(y, f_x, f_adv, c_x, c_adv).shape, dtype=bool)
        for label in labels:
            here = np.asarray(y) == label
            for clean, perturbed in self.types(label, labels):
                result |= here & _among(clean, f_clean, c_x) & _among(perturbed, f_moved, c_adv)
        return result

    @property
    def latex(self) -> str:
        r"""The pairs for a sample (x, y); $\mathcal X$ is all of feature space, a bar the complement."""
        pairs = r",\quad ".join(pair.latex for pair in self.pairs)
        if self.margin == 0:
            return pairs
        ahead = rf"p(c \mid \pi(x)) - p(c' \mid \pi(x)) \ge {sympy.latex(self.margin)} \text{{ for all }} c' \neq c"
        return rf"{pairs} \text{{ with }} C_c = \{{x : {ahead}\}}"


def implies(definition: Definition, other: Definition, *, labels: Sequence[int] = tuple(range(5))) -> bool:
    """Whether under every reflexive threat each sample that is vulnerable by one definition is so by the other.

    Decided by enumeration of the types of x and x_adv, where staying put is allowed.  A statement about one sample
    speaks of at most five labels (y, and f and c at two points): the default decides it for any number of labels.
    With different margins, a point that has a label by the larger one has it by the smaller one, too.
    """
    nothing = min(labels) - 1
    margins = definition.margin, other.margin
    thicker = compare(*margins) if definition.uses_truth and other.uses_truth else 0
    kept = (True, False) if thicker else (True,)
    types = [(f, c, c if k else nothing) for f in labels for c in (*labels, nothing) for k in kept]
    y, x, adv = np.meshgrid(labels, np.arange(len(types)), np.arange(len(types)), indexing="ij")
    f, *true = (np.array(column) for column in zip(*types, strict=True))

    def vulnerable(d: Definition) -> NDArray[np.bool_]:
        c = true[1 if thicker and d.margin == margins[0 if thicker > 0 else 1] else 0]
        moved = d.holds(y, f[x], f[adv], c[x], c[adv], labels=labels)
        return moved | d.holds(y, f[x], f[x], c[x], c[x], labels=labels)

    return bool(np.all(~vulnerable(definition) | vulnerable(other)))


def by_margin(definitions: Iterable[Definition]) -> Iterator[tuple[sympy.Expr, list[Definition]]]:
    """Definitions that share their margin, and with it all regions, together."""
    found: dict[sympy.Expr, list[Definition]] = {}
    for d in definitions:
        found.setdefault(d.margin, []).append(d)
    yield from found.items()


def _types(place: Place, names: Mapping[Label, int], labels: Iterable[int]) -> Types | None:
    """The types in a place; None when there are none."""
    f, c = frozenset(labels), None
    for atom in place.atoms:
        here = frozenset({names[atom.label]})
        if atom.letter == "F":
            f = f - here if atom.negated else f & here
        else:
            c = here if c is None else c & here
    return None if not f or c == frozenset() else Types(f, c)


def _region(types: Types, f: Mapping[int, Cells], c: Mapping[int, Cells]) -> Cells:
    features = next(iter(f.values())).features
    said = everywhere(features) if types.f == frozenset(f) else union(features, (f[a] for a in sorted(types.f)))
    return said if types.c is None else said & union(features, (c[b] for b in sorted(types.c)))


def _among(types: Types, f: NDArray[Any], c: ArrayLike) -> NDArray[np.bool_]:
    said = np.isin(f, sorted(types.f))
    return said if types.c is None else said & np.isin(c, sorted(types.c))


def _not_a_label(what: str, got: int, labels: Sequence[int]) -> SymadvError:
    return SymadvError(f"got the label {got} in {what}, wanted one of {', '.join(map(str, labels))}")
