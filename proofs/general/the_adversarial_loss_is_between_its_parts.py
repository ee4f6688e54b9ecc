"""General: the adversarial loss between misclassification, prediction change and both."""

import sympy as sp

import symadv as sa


def the_adversarial_loss_is_between_its_parts() -> sa.Claim:
    """The claim, on the types (f, c) of the sample's point and of the points in reach."""
    labels, y = range(5), 0  # one sample speaks of at most five labels: y, and f and c at two points
    types = sa.point_types(labels)
    reached = {t: sa.parameter(f"r{k}", real=True) > 0 for k, t in enumerate(types)}
    parts = [sa.definition(name) for name in ("misclassification", "prediction_change")]
    cases = []
    for clean in types:
        loss = sa.vulnerable(sa.definition("adversarial_loss"), y, labels, clean, reached)
        either = sp.Or(*(sa.vulnerable(part, y, labels, clean, reached) for part in parts))
        cases.append(sp.Implies(reached[clean], sp.Equivalent(loss, either)))
    return sa.Claim(
        name="the_adversarial_loss_is_between_its_parts",
        number="G3",
        source="symadv",
        place="Orders between the definitions",
        sentence="",
        says=(
            "For every distribution, classifier, number of labels and reflexive threat: what is misclassified or "
            "changes its prediction is vulnerable under the adversarial loss, and the reverse. So "
            "max(misclassification, prediction change) is at most the adversarial loss, and that is at most their "
            "sum."
        ),
        statement=sp.And(*cases),
        where=(
            "$r_k > 0$ says that a point of the type number $k$ is in reach: $k = 6 f + c$ where the classifier says "
            "$f$ and "
            "the Bayes label of the projection is $c$, both from 0 to 4, or where there is none, $c = 5$; y is 0"
        ),
    )
