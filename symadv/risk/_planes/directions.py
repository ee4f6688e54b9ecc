"""Whether samples lie in planes, and of which directions these are."""

from symadv.geometry.strata import Flat
from symadv.probability.distribution import Distribution
from symadv.risk._planes.circle_parts import is_circle
from symadv.risk.measure import is_straight


def in_planes(d: Distribution) -> bool:
    """Whether some samples lie in a plane, or on a circle in one, and all others on points and lines."""
    planes = [s for s in d.strata if not is_straight(s)]
    return bool(planes) and all(is_circle(s) or (isinstance(s, Flat) and s.dim == 2) for s in planes)


def directions(d: Distribution) -> tuple[tuple[int, ...], ...]:
    """Which features vary on planes, and around circles, each combination once."""
    found = (s.free if isinstance(s, Flat) else (0, 1) for s in d.strata if not is_straight(s))
    return tuple(dict.fromkeys(found))
