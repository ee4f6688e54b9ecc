r"""Networks on one slanted line in any number of features, perturbed along it: a problem of one feature.

The line $\{a + t s\}$ is composed with the first layer, and a step of t by $\tau$ is as long as
$|\tau| \, \|s / E\|$ in units of the budgets.
"""

from dataclasses import dataclass, replace

import sympy

from symadv.adversary.threat import ThreatModel
from symadv.geometry.charts import Chart
from symadv.geometry.oblique import Oblique
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.errors import SymadvError
from symadv.language.order import sign
from symadv.probability.distribution import Component, Distribution
from symadv.risk._net_frame import standing
from symadv.risk._net_section import reach_along

_LINE = (-sympy.oo, sympy.oo)


@dataclass(frozen=True)
class Slanted:
    """A distribution and a threat on one slanted line, as they are seen by its leading feature t.

    ``given``: the threat to all features.
    """

    d: Distribution
    threat: ThreatModel
    line: Oblique
    given: ThreatModel

    @property
    def words(self) -> str:
        """How the problem is reckoned."""
        return f"reckoned in {self.d.features[0]} along the line, with the budget {self.threat.eps}"

    def lifted(self, chart: Chart) -> Chart:
        """A chart of t as one of all features."""
        frame, (p, q, c) = standing(self.line), chart.form(0)
        parts = zip(frame.home, frame.along, strict=True)
        return replace(chart, place=tuple((s * p, s * q, a + s * c) for a, s in parts))


def along_one_line(d: Distribution, threat: ThreatModel) -> Slanted | None:
    """The problem of one feature, where all is on one slanted line in three or more features; else None."""
    strata = [*(c.stratum for c in d.components), *d.support]
    line = next((s.carrier for s in strata if isinstance(s, Oblique)), None)
    if line is None or len(d.features) < 3 or not threat.on_support or any(_off(s, line) for s in strata):
        return None
    components = tuple(Component(_part(c.stratum, line), c.densities) for c in d.components)
    smaller = replace(d, features=(d.features[line.leading],), components=components)
    budgets = threat.budgets(len(d.features))
    stuck = any(e == 0 for s, e in zip(line.slopes, budgets, strict=True) if s != 0)
    eps = sympy.S.Zero if stuck else reach_along(line.slopes, budgets, threat.norm)
    return Slanted(smaller, replace(threat, eps=eps, box=_box(threat, line), norm="linf"), line, threat)


def _off(stratum: Stratum, line: Oblique) -> bool:
    """Whether a stratum is no part of the line."""
    if isinstance(stratum, Oblique):
        return stratum.carrier != line
    if stratum.dim:
        return True
    at = stratum.place(())
    return any(sign(a - b) != 0 for a, b in zip(at, line.place((at[line.leading],)), strict=True))


def _part(stratum: Stratum, line: Oblique) -> Flat:
    """A part of the line as one of the numbers t."""
    if isinstance(stratum, Oblique):
        return Flat({}, 1, within={0: stratum.ends})
    return Flat({0: stratum.place(())[line.leading]}, 1)


def _box(threat: ThreatModel, line: Oblique) -> tuple[sympy.Expr, sympy.Expr] | None:
    """Between which t the features are in their box."""
    boxes = threat.boxes(len(line.slopes))
    if boxes is None:
        return None
    for part in line.meet(Flat({}, len(boxes), within={i: b for i, b in enumerate(boxes) if b != _LINE})):
        if isinstance(part, Oblique):
            return part.ends
    raise SymadvError(f"the box {threat.box} leaves no part of the line {line}")
