"""Pictures of exact risks, classifiers and attacks as matplotlib figures with a caption, and of distributions."""

from symadv.adversary.threat import ThreatModel
from symadv.plot.attacks import attacks, recall
from symadv.plot.curves import curves
from symadv.plot.definitions import definitions
from symadv.plot.line import line_pictures
from symadv.plot.phase import phase
from symadv.plot.picture import Picture, caption_of, save, writable
from symadv.plot.plane import plane_pictures
from symadv.plot.regions import regions
from symadv.plot.scene import Scene
from symadv.probability.distribution import Distribution

__all__ = [
    "Picture",
    "attacks",
    "caption_of",
    "curves",
    "definitions",
    "phase",
    "pictures",
    "recall",
    "regions",
    "save",
    "writable",
]


def pictures(d: Distribution, threat: ThreatModel, *, seed: int = 0) -> tuple[Picture, ...]:
    """Every picture of a distribution whose parameters are numbers; none for more than two features."""
    d.require_numbers("a picture")
    scene = Scene(d, seed)
    if len(d.features) > 2:
        return ()
    return line_pictures(scene, threat) if len(d.features) == 1 else plane_pictures(scene, threat)
