"""General: the orders need that staying put is allowed."""

import sympy as sp

import symadv as sa


def misclassified_samples_are_vulnerable_without_staying_put() -> sa.Claim:
    """The claim, on the types (f, c) of the sample's point and of the points in reach."""
    labels, y = range(2), 0
    types = sa.point_types(labels)
    reached = {t: sa.parameter(f"r{k}", real=True) > 0 for k, t in enumerate(types)}
    clean = (1, 0)  # misclassified, with its own Bayes label
    loss = sa.vulnerable(sa.definition("adversarial_loss"), y, labels, clean, reached)
    wrong = sa.vulnerable(sa.definition("misclassification"), y, labels, clean, reached)
    somewhere = sp.Or(*reached.values())
    return sa.Claim(
        name="misclassified_samples_are_vulnerable_without_staying_put",
        number="G4",
        source="symadv",
        place="Orders between the definitions",
        sentence="",
        says=(
            "Without the right to stay put (a box that does not hold the support, say) a misclassified sample is "
            "still vulnerable under the adversarial loss."
        ),
        statement=sp.Implies(sp.And(somewhere, wrong), loss),
        expects="REFUTED",
        why="the points in reach may all have the right label; with staying put the order holds (G3)",
        where=(
            "$r_k > 0$ says that a point of the type number $k$ is in reach: $k = 3 f + c$ where the classifier says "
            "$f$ and "
            "the Bayes label of the projection is $c$, both from 0 to 1, or where there is none, $c = 2$; y is 0"
        ),
    )
