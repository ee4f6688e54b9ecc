"""symadv: exact ground truth for adversarial robustness on toy distributions; public names load on first use."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "SymadvError": "symadv.language.errors",
    "exact": "symadv.language.numbers",
    "Parameter": "symadv.language.parameters",
    "parameter": "symadv.language.parameters",
    "Expit": "symadv.language.functions",
    "LaplaceDensity": "symadv.language.functions",
    "NormalDensity": "symadv.language.functions",
    "Phi": "symadv.language.functions",
    "Region": "symadv.language.regions",
    "Derivation": "symadv.language.derivations",
    "Step": "symadv.language.derivations",
    "Claim": "symadv.language.goals",
    "Exists": "symadv.language.goals",
    "Experiment": "symadv.language.goals",
    "ForAll": "symadv.language.goals",
    "Goal": "symadv.language.goals",
    "Report": "symadv.language.goals",
    "Verdict": "symadv.language.goals",
    "load": "symadv.catalog",
    "names": "symadv.catalog",
    "Flat": "symadv.geometry.strata",
    "Point": "symadv.geometry.strata",
    "Whole": "symadv.geometry.strata",
    "Line": "symadv.geometry.lines",
    "Ray": "symadv.geometry.lines",
    "Segment": "symadv.geometry.lines",
    "Grid": "symadv.geometry.product",
    "Product": "symadv.geometry.product",
    "Sphere": "symadv.geometry.spheres",
    "Projection": "symadv.geometry.projection",
    "label_radius": "symadv.adversary.radius",
    "projection": "symadv.geometry.projection",
    "Atom": "symadv.probability.densities",
    "Categorical": "symadv.probability.categorical",
    "Independent": "symadv.probability.densities",
    "Laplace": "symadv.probability.densities",
    "MultivariateNormal": "symadv.probability.multivariate",
    "Normal": "symadv.probability.densities",
    "Repeated": "symadv.probability.repeated",
    "Mixture": "symadv.probability.mixtures",
    "Exponential": "symadv.probability.on_intervals",
    "Uniform": "symadv.probability.on_intervals",
    "Component": "symadv.probability.distribution",
    "Distribution": "symadv.probability.distribution",
    "joint": "symadv.probability.joint",
    "log_odds": "symadv.probability.joint",
    "posterior": "symadv.probability.posterior",
    "bayes_rule": "symadv.probability.rule",
    "label": "symadv.probability.rule",
    "bayes_accuracy": "symadv.probability.accuracy",
    "label_change": "symadv.probability.accuracy",
    "ThreatModel": "symadv.adversary.threat",
    "adversarial": "symadv.adversary.statements",
    "bayes_label_is": "symadv.adversary.statements",
    "lies_in": "symadv.adversary.statements",
    "point_types": "symadv.adversary.statements",
    "vulnerable": "symadv.adversary.statements",
    "distribution": "symadv.distributions",
    "definition": "symadv.definitions",
    "classifier": "symadv.classifiers",
    "Bound": "symadv.risk.bound",
    "risk": "symadv.risk",
    "risks": "symadv.risk",
    "Curve": "symadv.risk.exact_curve",
    "EvaluatedCurve": "symadv.risk.evaluated_curve",
    "FormulaCurve": "symadv.risk.formula_curve",
    "curve": "symadv.risk.curve",
    "curves": "symadv.risk.curve",
    "SmallestRisk": "symadv.risk.smallest",
    "smallest_risk": "symadv.risk.smallest",
    "Witness": "symadv.risk.witness",
    "witness": "symadv.risk.witness",
    "Grade": "symadv.risk.graded",
    "grade": "symadv.risk.graded",
    "grades": "symadv.risk.graded",
    "check": "symadv.check",
    "prove": "symadv.check",
    "exact_condition": "symadv.conditions",
    "exactly_when": "symadv.conditions",
    "latex": "symadv.readers.latex",
    "Oracle": "symadv.oracle",
    "oracle": "symadv.oracle",
    "train": "symadv.train",
    "load_network": "symadv.train.files",
    "save_network": "symadv.train.files",
    "Suite": "symadv.suite.run",
    "suite": "symadv.suite.run",
}

__all__ = ["__version__", *_HOME]

if TYPE_CHECKING:  # the same table once more, for type checkers and editors; a test holds the two together
    from symadv.adversary.radius import label_radius as label_radius
    from symadv.adversary.statements import adversarial as adversarial
    from symadv.adversary.statements import bayes_label_is as bayes_label_is
    from symadv.adversary.statements import lies_in as lies_in
    from symadv.adversary.statements import point_types as point_types
    from symadv.adversary.statements import vulnerable as vulnerable
    from symadv.adversary.threat import ThreatModel as ThreatModel
    from symadv.catalog import load as load
    from symadv.catalog import names as names
    from symadv.check import check as check
    from symadv.check import prove as prove
    from symadv.classifiers import classifier as classifier
    from symadv.conditions import exact_condition as exact_condition
    from symadv.conditions import exactly_when as exactly_when
    from symadv.definitions import definition as definition
    from symadv.distributions import distribution as distribution
    from symadv.geometry.lines import Line as Line
    from symadv.geometry.lines import Ray as Ray
    from symadv.geometry.lines import Segment as Segment
    from symadv.geometry.product import Grid as Grid
    from symadv.geometry.product import Product as Product
    from symadv.geometry.projection import Projection as Projection
    from symadv.geometry.projection import projection as projection
    from symadv.geometry.spheres import Sphere as Sphere
    from symadv.geometry.strata import Flat as Flat
    from symadv.geometry.strata import Point as Point
    from symadv.geometry.strata import Whole as Whole
    from symadv.language.derivations import Derivation as Derivation
    from symadv.language.derivations import Step as Step
    from symadv.language.errors import SymadvError as SymadvError
    from symadv.language.functions import Expit as Expit
    from symadv.language.functions import LaplaceDensity as LaplaceDensity
    from symadv.language.functions import NormalDensity as NormalDensity
    from symadv.language.functions import Phi as Phi
    from symadv.language.goals import Claim as Claim
    from symadv.language.goals import Exists as Exists
    from symadv.language.goals import Experiment as Experiment
    from symadv.language.goals import ForAll as ForAll
    from symadv.language.goals import Goal as Goal
    from symadv.language.goals import Report as Report
    from symadv.language.goals import Verdict as Verdict
    from symadv.language.numbers import exact as exact
    from symadv.language.parameters import Parameter as Parameter
    from symadv.language.parameters import parameter as parameter
    from symadv.language.regions import Region as Region
    from symadv.oracle import Oracle as Oracle
    from symadv.oracle import oracle as oracle
    from symadv.probability.accuracy import bayes_accuracy as bayes_accuracy
    from symadv.probability.accuracy import label_change as label_change
    from symadv.probability.categorical import Categorical as Categorical
    from symadv.probability.densities import Atom as Atom
    from symadv.probability.densities import Independent as Independent
    from symadv.probability.densities import Laplace as Laplace
    from symadv.probability.densities import Normal as Normal
    from symadv.probability.distribution import Component as Component
    from symadv.probability.distribution import Distribution as Distribution
    from symadv.probability.joint import joint as joint
    from symadv.probability.joint import log_odds as log_odds
    from symadv.probability.mixtures import Mixture as Mixture
    from symadv.probability.multivariate import MultivariateNormal as MultivariateNormal
    from symadv.probability.on_intervals import Exponential as Exponential
    from symadv.probability.on_intervals import Uniform as Uniform
    from symadv.probability.posterior import posterior as posterior
    from symadv.probability.repeated import Repeated as Repeated
    from symadv.probability.rule import bayes_rule as bayes_rule
    from symadv.probability.rule import label as label
    from symadv.readers.latex import latex as latex
    from symadv.risk import risk as risk
    from symadv.risk import risks as risks
    from symadv.risk.bound import Bound as Bound
    from symadv.risk.curve import curve as curve
    from symadv.risk.curve import curves as curves
    from symadv.risk.evaluated_curve import EvaluatedCurve as EvaluatedCurve
    from symadv.risk.exact_curve import Curve as Curve
    from symadv.risk.formula_curve import FormulaCurve as FormulaCurve
    from symadv.risk.graded import Grade as Grade
    from symadv.risk.graded import grade as grade
    from symadv.risk.graded import grades as grades
    from symadv.risk.smallest import SmallestRisk as SmallestRisk
    from symadv.risk.smallest import smallest_risk as smallest_risk
    from symadv.risk.witness import Witness as Witness
    from symadv.risk.witness import witness as witness
    from symadv.suite.run import Suite as Suite
    from symadv.suite.run import suite as suite
    from symadv.train import train as train
    from symadv.train.files import load_network as load_network
    from symadv.train.files import save_network as save_network


class _Package(ModuleType):
    """A submodule, once imported, does not hide the public name it shares (`check`, `oracle`, `risk`, …)."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name == "plot":  # a room with a door for each picture
        return import_module("symadv.plot")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
