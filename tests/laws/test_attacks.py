"""Every attack of the room: attacked, hence exactly vulnerable, under every definition, norm and kind of ball."""

import numpy as np
import pytest

import symadv as sa
from symadv import catalog
from symadv.language.errors import SymadvError

torch = pytest.importorskip("torch")

EFFORT = {
    "pgd": dict(steps=8, restarts=2),
    "label_pgd": dict(steps=4, restarts=3, halvings=6),
    "exhaustive": dict(points=9),
    "foolbox": dict(steps=8),
    "torchattacks": dict(steps=8),
}
N = 40


@pytest.fixture(scope="module")
def places():
    """Networks of little training, so that every definition has something to find, on a line and in the plane."""
    d, one = sa.distribution("tsipras").at(p="7/10", eta="1/2"), sa.distribution("point_masses").at(gap=1)
    return {"tsipras": (d, sa.train(d, hidden=(6, 6), steps=60)), "points": (one, sa.train(one, hidden=(5,), steps=3))}


def graded(name, net, d, threat):
    if name in ("foolbox", "torchattacks"):
        pytest.importorskip("eagerpy" if name == "foolbox" else name)  # foolbox itself warns when imported
    try:
        return sa.grades(name, net, d, threat, n=N, seed=1, **EFFORT.get(name, {}))
    except SymadvError as refused:
        if "has no attack for l1" in str(refused):
            pytest.skip(str(refused))
        raise


@pytest.mark.parametrize("place", ["tsipras", "points"])
@pytest.mark.parametrize("name", catalog.names("attacks"))
@pytest.mark.parametrize(
    ("norm", "eps", "options"),
    [
        ("linf", 1, {}),
        ("linf", "1/3", dict(closed=False)),
        ("linf", 2, dict(on_support=True)),
        ("linf", 1, dict(box=(-2, 2))),
        ("l2", "6/5", {}),
        ("l2", 2, dict(on_support=True, closed=False)),
        ("l1", "3/2", {}),
    ],
)
def test_attacked_hence_exactly_vulnerable(places, place, name, norm, eps, options):
    d, net = places[place]
    threat = sa.ThreatModel(norm, eps, **options)
    found = graded(name, net, d, threat)  # raises Contradiction where an iterate or what is returned is none
    assert set(found) == set(sa.names("definitions"))
    o, f = sa.oracle(d), sa.classifier("relu", d, network=net)
    for definition, grade in found.items():
        missed, rows = set(grade.missed.tolist()), np.arange(N)
        assert grade.found + len(missed) == grade.vulnerable <= N and not grade.faults and len(grade.outside) == 0
        assert (grade.recall is None) == (grade.vulnerable == 0)
        floats = o.is_adversarial(grade.x, grade.y, grade.x_adv, f, definition=definition, threat=threat)
        assert grade.found <= floats.sum() <= grade.found + len(grade.ambiguous)  # a second opinion, in floats
        assert not (floats & np.isin(rows, [*missed - set(grade.ambiguous.tolist())])).any()
