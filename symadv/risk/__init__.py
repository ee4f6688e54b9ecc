"""How much: the exact, sampled and attacked risk of a classifier under a definition."""

from collections.abc import Iterable
from typing import Any

from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Distribution
from symadv.risk.bound import Bound


def risk(
    classifier: Any,
    d: Distribution,
    threat: ThreatModel,
    *,
    definition: str | Definition = "label_invariant",
    semantics: str = "real",
) -> Bound:
    r"""$\Pr_{(x, y)}[\text{an admissible } \tilde x \text{ is adversarial for } (x, y)]$, exactly.

    ``classifier``: a classifier, the name of one, or a torch network of Linear and ReLU layers; ``definition``: one, or
    its name.  ``semantics``: "real", or for a network "float32", bounds for whatever its float32 pass computes.
    What is refused, and why, is said by an error.
    """
    (bound,) = risks(classifier, d, threat, definitions=(definition,), semantics=semantics).values()
    return bound


def risks(
    classifier: Any,
    d: Distribution,
    threat: ThreatModel,
    *,
    definitions: Iterable[str | Definition] | None = None,
    semantics: str = "real",
) -> dict[str, Bound]:
    """The exact risk under each of some definitions (by default all members of the room), by name."""
    from symadv.classifiers._network import of_network

    if of_network(classifier):
        from symadv.risk.networks import network_risks

        return network_risks(classifier, d, threat, definitions=definitions, semantics=semantics)
    if semantics != "real":
        raise SymadvError(f'semantics: got {semantics!r}, wanted "real"; only networks have another one, "float32"')
    from symadv.risk.exact import risks as exact_risks

    return exact_risks(classifier, d, threat, definitions=definitions)
