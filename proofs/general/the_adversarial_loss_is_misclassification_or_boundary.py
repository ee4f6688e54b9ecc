"""General: the adversarial loss counts what is misclassified and what is at the boundary, each once."""

import sympy as sp

import symadv as sa


def the_adversarial_loss_is_misclassification_or_boundary() -> sa.Claim:
    """The claim, on the types (f, c) of the sample's point and of the points in reach."""
    labels, y = range(5), 0  # one sample speaks of at most five labels: y, and f and c at two points
    types = sa.point_types(labels)
    reached = {t: sa.parameter(f"r{k}", real=True) > 0 for k, t in enumerate(types)}
    loss, wrong, boundary = map(sa.definition, ("adversarial_loss", "misclassification", "boundary"))
    cases = []
    for clean in types:
        counted, first, second = (sa.vulnerable(d, y, labels, clean, reached) for d in (loss, wrong, boundary))
        once = sp.And(sp.Equivalent(counted, sp.Or(first, second)), sp.Not(sp.And(first, second)))
        cases.append(sp.Implies(reached[clean], once))
    return sa.Claim(
        name="the_adversarial_loss_is_misclassification_or_boundary",
        number="G1",
        source="symadv",
        place="Orders between the definitions",
        sentence="",
        says=(
            "For every distribution, classifier, number of labels and reflexive threat: a sample is vulnerable "
            "under the adversarial loss exactly when it is misclassified or vulnerable under the boundary "
            "definition, never both. So the risks add up."
        ),
        statement=sp.And(*cases),
        where=(
            "$r_k > 0$ says that a point of the type number $k$ is in reach: $k = 6 f + c$ where the classifier says "
            "$f$ and "
            "the Bayes label of the projection is $c$, both from 0 to 4, or where there is none, $c = 5$; y is 0"
        ),
    )
