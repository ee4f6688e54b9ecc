"""Laws of every distribution, of the room or written by hand: mass, sampler, posterior, projection, ties, regions."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
import scipy.stats
import sympy

import symadv as sa
from symadv import catalog
from symadv.geometry.product import Product
from symadv.geometry.strata import Flat
from symadv.language.aggregates import spelled_out
from symadv.language.functions import unfold
from symadv.probability.bayes import bayes_regions, label_regions
from symadv.probability.support import faces, without_limit
from tests.laws.written import BOUNDED, WRITTEN, exact

SAMPLES = 20_000
FALSE_ALARM = 1e-9  # of each comparison of the sampler with the density; the seeds are fixed
GRID = [sympy.Rational(k, 2) for k in range(-5, 6)]


def place(domain: sympy.Interval, q: sympy.Rational) -> sympy.Expr:
    """The rational point of a domain that divides it as q : 1 - q."""
    start, end, odds = domain.start, domain.end, q / (1 - q)
    if start.is_finite and end.is_finite:
        return start + q * (end - start)
    if start.is_finite:
        return start + odds
    return end - 1 / odds if end.is_finite else odds - 1 / odds


def at(d, quantiles):
    """A distribution with its parameters at some places of their domains."""
    chosen = [sympy.Rational(quantiles[k % len(quantiles)]) for k in range(len(d.parameters))]
    return d.at(**{s.name: place(s.domain, q) for s, q in zip(d.parameters, chosen, strict=True)})


ROOM = [
    pytest.param(name, quantiles, id=f"{name} at {'-'.join(quantiles)}")
    for name in catalog.names("distributions")
    for quantiles in (("1/2",), ("9/10", "3/4"), ("1/100", "1/3"))
]
BY_HAND = [pytest.param(law.name, None, id=law.name) for law in WRITTEN + BOUNDED]
every_distribution = pytest.mark.parametrize(("name", "quantiles"), ROOM + BY_HAND)


@cache
def made(name: str, quantiles):
    """A distribution with its oracle, its sample, and points anywhere, half of them on a grid where ties are."""
    d = next(law for law in WRITTEN + BOUNDED if law.name == name).distribution() if quantiles is None else at(
        sa.distribution(name), quantiles
    )  # fmt: skip
    rng = np.random.default_rng(2)
    anywhere = rng.normal(size=(60, len(d.features))) * 3
    anywhere[::2] = np.round(anywhere[::2] * 2) / 2
    return d, sa.oracle(d), d.sample(SAMPLES, rng=1), anywhere


@every_distribution
def test_the_joint_integrates_to_one(name: str, quantiles) -> None:
    d, *_ = made(name, quantiles)
    by_label = dict.fromkeys(d.labels, 0.0)
    for face in faces(d):
        for y in face.labels:
            if face.has_mass:
                by_label[y] += integral(d, face, y)
    for y, mass in by_label.items():
        assert mass == pytest.approx(float(d.prior_of(y)), rel=1e-10)


def integral(d, face, y) -> float:
    """The integral of a joint density over a face: by Gauss-Legendre between kinks and ends, on a product grid."""
    if isinstance(face.flat, Product):
        return sum(float(face.joint(y, flat.place(()))) for flat in face.flat.flats())
    if not isinstance(face.flat, Flat):
        return float(face.joint(y, d.features) * face.flat.volume)  # curved strata have uniform laws
    free = face.flat.coordinates(d.features)
    if not free:
        return float(face.joint(y, d.features))
    array = catalog.load("readers", "array")
    joint = spelled_out(unfold(face.joint(y, face.flat.place(free))))
    density = sympy.lambdify(free, joint * face.flat.stretch, "numpy")
    kinks = {float(t) for _, w, _ in dict(face.terms)[y] for t in w.density.terms()}
    ends = {float(e) for s in d.strata for pair in s.bounds for e in pair if e.is_finite}
    near = np.arange(min(kinks) - 3, max(kinks) + 3, 1 / 2)
    edges = np.unique([*np.arange(min(kinks) - 120, max(kinks) + 121, 3), *near, *kinks, *ends])
    nodes, weights = np.polynomial.legendre.leggauss(16)
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    axis, weight = (middle[:, None] + half[:, None] * nodes).ravel(), (half[:, None] * weights).ravel()
    grid = np.meshgrid(*[axis] * len(free), indexing="ij", sparse=True)
    place = dict(zip(d.features, face.flat.place(free), strict=True))
    on_face = array(face.region(d.features, on=face.flat.carrier).substitute(place), free)
    with np.errstate(over="ignore"):
        values = np.where(on_face(*np.broadcast_arrays(*grid)), density(*grid), 0.0)
    for _ in free:
        values = values @ weight
    return float(values)


def on(stratum, x: np.ndarray) -> np.ndarray:
    """Which rows lie on a stratum, up to rounding."""
    features = sympy.symbols(f"x:{x.shape[1]}", real=True)
    image = catalog.load("readers", "array")(stratum.nearest(features), features).points(x)
    return np.linalg.norm(x - image, axis=1) <= 1e-12 * (1 + np.linalg.norm(x, axis=1))


@every_distribution
def test_the_sampler_follows_the_densities(name: str, quantiles) -> None:
    """Labels and faces by their binomial counts, coordinates by their cdf (Kolmogorov-Smirnov)."""
    d, _, (x, y), _ = made(name, quantiles)
    assert x.shape == (SAMPLES, len(d.features)) and x.dtype == float and set(y) <= set(d.labels)
    for label in d.labels:
        for face in faces(d):
            here = (y == label) & on(face.flat, x) & ~np.any([np.zeros(SAMPLES), *(on(s, x) for s in face.smaller)], 0)
            probability = integral(d, face, label) if face.has_mass and label in face.labels else 0.0
            assert scipy.stats.binomtest(int(here.sum()), SAMPLES, min(probability, 1.0)).pvalue > FALSE_ALARM
        for carrier in dict.fromkeys(s.carrier for s in d.strata if isinstance(s, Flat)):
            inside = [s for s in d.strata if s.dim < carrier.dim and s.lies_in(carrier)]
            here = (y == label) & on(carrier, x) & ~np.any([np.zeros(SAMPLES), *(on(s, x) for s in inside)], 0)
            parts = [w for c in d.with_mass if c.stratum.carrier == carrier for z, w in c.densities if z == label]
            for k in range(carrier.dim):
                follows_cdf(np.array([carrier.coordinates(point)[k] for point in x[here]]), parts, k)


def follows_cdf(values: np.ndarray, parts, k: int) -> None:
    """The k-th free coordinate of the samples that these weighted densities together describe."""
    if len(values) == 0:
        return
    t = sympy.Symbol("t", real=True)
    array, total = catalog.load("readers", "array"), sum(w.weight for w in parts)
    cdfs = [(float(w.weight / total), array(coordinate(w.density, k).cdf(t), (t,))) for w in parts]
    assert scipy.stats.kstest(values, lambda u: sum(share * cdf(u) for share, cdf in cdfs)).pvalue > FALSE_ALARM


def coordinate(density, k: int):
    """The law of the k-th free coordinate."""
    (law,) = density.combinations([{k: sympy.S.One}])
    return law


@every_distribution
def test_the_posterior_is_the_joint_over_its_sum(name: str, quantiles) -> None:
    d, o, (x, _), _ = made(name, quantiles)
    x = x[:: SAMPLES // 40]
    post = o.posterior(x)
    assert post.min() >= 0 and np.allclose(post.sum(1), 1, rtol=0, atol=4e-16)
    for row, point in enumerate(x):
        here = [face for face in faces(d) if on(face.flat, point[None])]
        (face,) = (face for face in here if not any(on(s, point[None]) for s in face.smaller))
        values = dict(zip(d.features, exact(point), strict=True))
        joint = [unfold(face.joint(y, d.features)).xreplace(values).evalf(40) for y in d.labels]
        assert np.allclose(post[row], [float(j / sum(joint)) for j in joint], rtol=1e-11, atol=1e-300)


@every_distribution
def test_the_sampled_labels_follow_the_posterior(name: str, quantiles) -> None:
    r"""$E[(1\{y = c\} - p(c \mid x))\, h(x)] = 0$ for several bounded h at once, by Hoeffding's inequality."""
    d, o, (x, y), _ = made(name, quantiles)
    post = o.posterior(x)
    tests = [np.ones(SAMPLES), *np.tanh(x.T), *np.sin(3 * x.T), np.sign(post[:, 0] - 0.5)]
    for k, label in enumerate(d.labels):
        for h in tests:
            assert abs(((y == label) - post[:, k]) @ h) / SAMPLES <= np.sqrt(2 * np.log(2 / FALSE_ALARM) / SAMPLES)


def at_a_jump(d, z: np.ndarray) -> np.ndarray:
    """Which rows are where the posterior has no limit."""
    jumps = [face.region(d.features) for face in without_limit(d)]
    return np.any([np.zeros(len(z)), *(catalog.load("readers", "array")(r, d.features).points(z) for r in jumps)], 0)


@every_distribution
def test_the_projection_is_a_nearest_point_of_the_support_and_stays_there(name: str, quantiles) -> None:
    d, o, _, anywhere = made(name, quantiles)
    z, rng = o.project(anywhere), np.random.default_rng(3)
    rounding = 0 if all(isinstance(s, Flat) for s in d.strata) else 1e-15
    assert np.allclose(o.project(z), z, rtol=rounding, atol=rounding) and not o.tied(z).any()
    assert np.isfinite(o.posterior(z[~at_a_jump(d, z)])).all()  # it is accepted as a point of the support
    distance = np.linalg.norm(anywhere - z, axis=1)
    for stratum in d.strata:
        for scale in (0.0, 1e-3, 0.1, 1.0):
            for _ in range(50):
                moved = (anywhere + scale * rng.normal(size=anywhere.shape)).T
                if isinstance(stratum, Product):
                    grids = [rng.choice(np.array(own, dtype=float), len(anywhere)) for own in stratum.bounds]
                    other = stratum.embed(np.stack(grids, axis=1))
                    assert (np.linalg.norm(anywhere - other, axis=1) >= distance * (1 - 1e-14)).all()
                    continue
                ends = np.array(stratum.bounds, dtype=float).reshape(-1, 2)
                if not isinstance(stratum, Flat):
                    assert (np.linalg.norm(anywhere - stratum.embed(moved.T), axis=1) >= distance * (1 - 1e-14)).all()
                    continue
                other = stratum.embed(np.clip(np.array(stratum.coordinates(moved)).reshape(-1, 60).T, *ends.T))
                assert (np.linalg.norm(anywhere - other, axis=1) >= distance * (1 - 1e-14)).all()


def between_strata(d) -> list[list[sympy.Expr]]:
    """The exact middles of shortest segments between strata: candidates for ties."""
    origin = [sympy.S.Zero] * len(d.features)
    found = []
    for first, second in combinations(d.strata, 2):
        a = first.nearest(second.nearest(origin))
        found.append([(u + v) / 2 for u, v in zip(a, second.nearest(a), strict=True)])
    return found


@every_distribution
def test_ties_are_present_where_exact_arithmetic_sees_them(name: str, quantiles) -> None:
    d, o, _, anywhere = made(name, quantiles)
    ties = sa.projection(d).ties
    assert o.tied(anywhere).tolist() == [ties.contains(exact(point)) for point in anywhere]
    middles = between_strata(d)
    if middles and all(
        isinstance(s, Flat) for s in d.strata
    ):  # a power of two takes the coordinates of two strata to their middle, in floats too
        assert o.tied(np.array(middles, dtype=float)).tolist() == [ties.contains(point) for point in middles]
    disjoint = len(d.strata) > 1 and all(not a.meet(b) for a, b in combinations(d.strata, 2))
    assert any(ties.contains(point) for point in middles) or not disjoint


@every_distribution
def test_labels_in_floats_are_those_of_the_exact_regions(name: str, quantiles) -> None:
    d, o, (x, _), anywhere = made(name, quantiles)
    cases = [(anywhere, o.label, label_regions(d))]
    if all(
        isinstance(s, Flat) and all(exact([v]) == [v] for _, v in s.fixed) for s in d.strata
    ):  # else samples lie beside the strata
        cases.append((np.vstack([x[:20], o.project(anywhere)]), o.bayes_label, bayes_regions(d)))
    for points, answer, regions in cases:
        for point, label in zip(points, answer(points), strict=True):
            inside = [y for y, region in regions.items() if region.contains(exact(point))]
            assert inside == ([label] if label != o.no_label else [])


@every_distribution
def test_regions_read_as_arrays_are_the_exact_ones_on_a_grid_of_rationals(name: str, quantiles) -> None:
    d, *_ = made(name, quantiles)
    array = catalog.load("readers", "array")
    points = np.random.default_rng(5).choice(np.array(GRID, dtype=float), size=(60, len(d.features)))
    for region in (*label_regions(d).values(), sa.projection(d).ties):
        inside = array(region, d.features).points(points)
        assert inside.tolist() == [region.contains(exact(point)) for point in points]
