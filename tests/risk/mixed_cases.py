"""Strata of several dimensions with the truth about them by hand, and what a cloud of points finds around samples."""

from dataclasses import dataclass

import numpy as np

import symadv as sa
from symadv.definitions import definition

ORDERS = {"linf": np.inf, "l2": 2, "l1": 1}


@dataclass
class Part:
    """The points ``origin + u @ ways`` with u within ``ranges``; for each label its law, and the density of that."""

    stratum: object
    laws: dict
    origin: tuple
    ways: tuple
    ranges: tuple
    densities: dict

    @property
    def dim(self):
        return len(self.ways)

    def at(self, u):
        return np.array(self.origin, dtype=float) + (u @ np.array(self.ways, dtype=float) if self.dim else 0 * u[:, :1])

    def coordinates(self, z):
        ways = np.array(self.ways, dtype=float)
        u = (z - np.array(self.origin, dtype=float)) @ ways.T / (ways**2).sum(axis=1)
        return np.clip(u, *np.array(self.ranges, dtype=float).T)

    def nearest(self, z):
        return self.at(self.coordinates(z) if self.dim else z)


def mixed(parts, prior):
    """The distribution of some parts."""
    return sa.Distribution(
        name="mixed",
        features=tuple(f"x{k}" for k in range(len(parts[0].origin))),
        labels=tuple(prior),
        prior=prior,
        components=[sa.Component(part.stratum, part.laws) for part in parts],
    )


def truth(parts, prior, z):
    """At the nearest point of all strata the label of the largest density in the lowest dimension; -1 without one."""
    near = np.array([part.nearest(z) for part in parts])
    far = np.linalg.norm(near - z, axis=2)
    best = near[far.argmin(axis=0), np.arange(len(z))]
    apart = (far < far.min(axis=0) + 1e-9) & (np.abs(near - best).max(axis=2) > 1e-6)
    here = np.array([np.abs(part.nearest(best) - best).max(axis=1) < 1e-9 for part in parts])
    lowest = np.where(here, np.array([part.dim for part in parts])[:, None], 9).min(axis=0)
    joint = np.zeros((len(prior), len(z)))
    for part, own in zip(parts, here, strict=True):
        for y, density in part.densities.items():
            joint[list(prior).index(y)] += np.where(own & (part.dim == lowest), float(prior[y]) * density(best), 0)
    second, first = np.sort(joint, axis=0)[-2:]
    return np.where((first > second * (1 + 1e-9)) & ~apart.any(axis=0), np.array([*prior])[joint.argmax(axis=0)], -1)


def cloud(parts, x, threat, rng, points=3000):
    """Admissible points around x: in the ball, across points, and on each stratum; x is the first."""
    d = len(x)
    budgets = np.array([float(e) for e in threat.budgets(d)])
    found = [x[None]]
    for part in parts:
        if part.dim < 2:
            rays = x + budgets * rng.uniform(-1, 1, (points // 10, d))
            rays[:, 0] = part.origin[0]
            found.append(rays if not threat.on_support else part.nearest(rays))
        if part.dim == 1 and part.ways[0][0]:  # the point with the same first feature
            across = (x[0] - float(part.origin[0])) / float(part.ways[0][0])
            found.append(part.at(np.clip([[across]], *np.array(part.ranges[0], dtype=float))))
        around = x + 2 * budgets * rng.uniform(-1, 1, (points, d))
        found.append(part.nearest(around))
    if not threat.on_support:
        found.append(x + budgets * rng.uniform(-1, 1, (points, d)))
    z = np.concatenate(found)
    steps = z - x
    kept = (np.abs(steps[:, budgets == 0]) < 1e-12).all(axis=1)
    kept &= np.linalg.norm(steps / np.where(budgets > 0, budgets, 1), ord=ORDERS[threat.norm], axis=1) < 1 - 1e-9
    for k, (low, high) in enumerate(threat.boxes(d) or ()):
        kept &= (z[:, k] >= float(low)) & (z[:, k] <= float(high))
    kept[0] = True
    return z[kept]


def broken(parts, prior, network, threat, x, y, names, rng):
    """For each definition which samples some point of a cloud is adversarial for."""
    found = {name: np.zeros(len(x), dtype=bool) for name in names}
    for k in range(len(x)):
        z = cloud(parts, x[k], threat, rng)
        f, c = network.predict(z), truth(parts, prior, z)
        for name in names:
            found[name][k] = definition(name).holds(y[k], f[0], f, c[0], c, labels=tuple(prior)).any()
    return found
