"""Probabilities in closed form: the accuracy of the Bayes rule, and how often a shift changes the Bayes label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symadv.geometry.product import Product
from symadv.geometry.spheres import Sphere
from symadv.language.derivations import Derivation, Step
from symadv.language.errors import SymadvError
from symadv.language.functions import Phi
from symadv.language.goals import Experiment
from symadv.language.intervals import Intervals
from symadv.language.numbers import exact
from symadv.language.order import Undecided
from symadv.language.regions import Cells
from symadv.language.roots import NoClosedForm
from symadv.probability.bayes import bayes_regions_on
from symadv.probability.density import Univariate
from symadv.probability.distribution import Distribution
from symadv.probability.experiments import bayes_accuracy_experiment, label_change_experiment
from symadv.probability.most_probable import Kind, by_largest, is_finite, kinds_on, normalised
from symadv.probability.support import Face, faces
from symadv.probability.tails import both_sides, interval_experiment

_LONGEST = 512  # terms of a formula
_BY_KINDS = "for as many coordinates of each value: how many points, times the largest of their joint probabilities"


@dataclass(frozen=True)
class Part:
    """The probability that y is a label and x lies on an interval of a face: as an integral, and in closed form."""

    face: Face
    label: int
    interval: Intervals
    integral: sympy.Expr
    mass: sympy.Expr


def bayes_accuracy(d: Distribution) -> Derivation:
    r"""$\Pr[c(x) = y] = \sum_y \pi_y \int 1\{c(x) = y\} f_y(x)\,dx$ in closed form.

    Closed on faces of dimension 0 and 1 whose log-odds have a known sign pattern, ties counted as errors, and on grids,
    where one of the labels that are equally probable is right; NoClosedForm or Undecided otherwise.
    """
    parts, steps, because = list[Part](), list[Step](), "law of total probability over faces and labels"
    for face in faces(d):
        if is_finite(face):
            kinds, because = kinds_on(face), _BY_KINDS
            _require_short(d, kinds)
            masses = by_largest(kinds)
            if d.parameters:
                steps += normalised(face, kinds)
            else:
                masses = [sympy.Add(*masses)]
            parts += [Part(face, face.labels[0], Intervals(), mass, mass) for mass in masses]
            continue
        regions = bayes_regions_on(d, face)
        for y in face.labels:
            parts += parts_on(d, face, y, regions[y])
    return _total(
        d,
        "bayes-accuracy",
        r"\Pr[c(x) = y]",
        because,
        parts,
        bayes_accuracy_experiment(d),
        steps,
    )


def _require_short(d: Distribution, kinds: Sequence[Kind]) -> None:
    if d.parameters and len(kinds) > _LONGEST:
        raise NoClosedForm(
            f"{d.name}: the accuracy as a formula is a sum of {len(kinds)} terms, wanted at most {_LONGEST}; "
            f"give values to {', '.join(s.name for s in d.parameters)} with d.at(…)"
        )


def label_change(d: Distribution, shift: Mapping[int, Sequence[Any]]) -> Derivation:
    r"""$\Pr[c(x + \delta_y) \ne c(x)]$ for a shift $\delta_y$ of the points of each label that stays on each face.

    ``shift`` maps each label to one expression per feature.  Only changes from a label to another one count, ties do
    not (they have probability 0 wherever the log-odds are not constant).
    """
    shifts = {int(y): tuple(exact(e) for e in delta) for y, delta in shift.items()}
    _check_shift(d, shifts)
    parts = []
    for face in faces(d):
        regions = bayes_regions_on(d, face)
        for y in face.labels:
            moved = {f: f + delta for f, delta in zip(d.features, shifts[y], strict=True)}
            for before in d.labels:
                for after in d.labels:
                    if before != after:
                        parts += parts_on(d, face, y, regions[before] & regions[after].substitute(moved))
    return _total(
        d,
        "label-change",
        r"\Pr[c(x + \delta_y) \ne c(x)]",
        "law of total probability; solved for the feature",
        parts,
        label_change_experiment(d, shifts),
    )


def parts_on(d: Distribution, face: Face, label: int, region: Cells) -> list[Part]:
    """The joint mass of a label on the part of a face that lies in a region, one Part per interval and summand."""
    if not face.has_mass or region.is_nowhere:
        return []
    if region.is_everywhere and all(stratum == face.flat for _, _, stratum in dict(face.terms)[label]):
        total = sympy.Add(*(prior * w.weight for prior, w, _ in dict(face.terms)[label]))
        if face.flat.dim == 0 or isinstance(face.flat, Sphere | Product):
            return [Part(face, label, Intervals(), total, total)]
    if face.flat.dim > 1 or isinstance(face.flat, Sphere | Product):
        raise NoClosedForm(f"{d.name}: probabilities are in closed form on points and lines, this face is {face.flat}")
    free = face.flat.coordinates(d.features)
    on_face = dict(zip(d.features, face.flat.place(free), strict=True))
    variable = free[0] if free else sympy.Symbol("t")
    places = _section(d, face.region(d.features) & region, on_face, variable)
    joint = face.joint(label, d.features).xreplace(on_face) * face.flat.stretch
    if face.flat.dim == 0:
        return [Part(face, label, Intervals(), joint, joint)] if places else []
    return [
        Part(
            face,
            label,
            Intervals((start, end)),
            sympy.Integral(joint, (variable, start.value, end.value)),
            _mass(face, label, Intervals((start, end))),
        )
        for start, end in places
    ]


def _section(
    d: Distribution, region: Cells, on_face: Mapping[sympy.Symbol, sympy.Expr], variable: sympy.Symbol
) -> Intervals:
    try:
        return region.section(on_face, variable)
    except Undecided as error:
        names = ", ".join(s.name for s in d.parameters)
        raise Undecided(
            f"{d.name}: the closed form depends on a case distinction ({error}); give values to some of {names} "
            f"with d.at(…), or narrower domains"
        ) from error


def _mass(face: Face, label: int, interval: Intervals) -> sympy.Expr:
    (start, end), total = next(iter(interval)), sympy.S.Zero
    for prior, w, _ in dict(face.terms)[label]:
        if not isinstance(w.density, Univariate):
            raise NoClosedForm(f"no closed form for the mass of an interval under {w.density}")
        total += prior * w.weight * w.density.mass(start.value, end.value)
    return total


def _total(
    d: Distribution,
    name: str,
    of: str,
    because: str,
    parts: list[Part],
    experiment: Any,
    before: Sequence[Step] = (),
) -> Derivation:
    steps: list[Step] = [*before]
    for part in parts:
        if part.integral != part.mass:
            steps.append(
                Step(
                    part.integral,
                    "=",
                    part.mass,
                    r"the integral of a density is the difference of its cdf",
                    begins=True,
                )
            )
    integrals, masses = _sum([part.integral for part in parts]), _sum([part.mass for part in parts])
    result = collect(sympy.Add(*(part.mass for part in parts)))
    steps.append(Step(sympy.Symbol(name), "=", integrals, because, definition=True, begins=True, shown_left=of))
    if masses != integrals:
        steps.append(Step(integrals, "=", masses, "each integral as above"))
    if result != masses:
        steps.append(Step(masses, "=", result, "equal terms added"))
    return Derivation(
        name, of, tuple(steps), result, d.conditions, experiments=(experiment(result), *_interval_experiments(parts))
    )


def _sum(terms: Sequence[sympy.Expr]) -> sympy.Expr:
    """A sum as it is written, where terms could be added to each other."""
    together = sympy.Add(*terms)
    return together if len(sympy.Add.make_args(together)) == len(terms) else sympy.Add(*terms, evaluate=False)


def _interval_experiments(parts: list[Part]) -> list[Experiment]:
    """The mass of each half-line and of its complement, once each."""
    found: dict[str, Experiment] = {}
    for part in parts:
        for _, w, _ in dict(part.face.terms)[part.label]:
            for lower, upper in both_sides(part.interval):
                experiment = interval_experiment(w.density, lower, upper) if isinstance(w.density, Univariate) else None
                if experiment is not None:
                    found.setdefault(experiment.what, experiment)
    return list(found.values())


def collect(total: sympy.Expr) -> sympy.Expr:
    """A sum of weighted masses with the weight of each distinct mass collected."""
    atoms = sorted(total.atoms(Phi), key=sympy.default_sort_key)
    return (
        sympy.collect(
            sympy.expand(total, log=False, power_base=False, power_exp=False, func=False), atoms, sympy.factor
        )
        if atoms
        else total
    )


def _check_shift(d: Distribution, shifts: Mapping[int, tuple[sympy.Expr, ...]]) -> None:
    for y in d.labels:
        if y not in shifts or len(shifts[y]) != len(d.features):
            raise SymadvError(
                f"got the shift {dict(shifts)}, wanted {len(d.features)} expressions for each label of {list(d.labels)}"
            )
    for face in faces(d):
        for y in face.labels:
            for i in range(len(d.features)):
                if d.features[i] not in face.flat.coordinates(d.features) and shifts[y][i] != 0:
                    raise SymadvError(
                        f"the shift of label {y} moves {d.features[i]} off the support by {shifts[y][i]}, wanted 0"
                    )
