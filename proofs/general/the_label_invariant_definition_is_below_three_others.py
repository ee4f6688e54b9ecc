"""General: what the article's Definition counts, three others count too."""

import sympy as sp

import symadv as sa


def the_label_invariant_definition_is_below_three_others() -> sa.Claim:
    """The claim, on the types (f, c) of the sample's point and of the points in reach."""
    labels, y = range(5), 0  # one sample speaks of at most five labels: y, and f and c at two points
    types = sa.point_types(labels)
    reached = {t: sa.parameter(f"r{k}", real=True) > 0 for k, t in enumerate(types)}
    others = [sa.definition(name) for name in ("boundary", "prediction_change", "error_region")]
    cases = []
    for clean in types:
        counted = sa.vulnerable(sa.definition("label_invariant"), y, labels, clean, reached)
        too = (sa.vulnerable(other, y, labels, clean, reached) for other in others)
        cases.append(sp.Implies(reached[clean], sp.Implies(counted, sp.And(*too))))
    return sa.Claim(
        name="the_label_invariant_definition_is_below_three_others",
        number="G2",
        source="symadv",
        place="Orders between the definitions",
        sentence="",
        says=(
            "For every distribution, classifier, number of labels and reflexive threat: a sample with a "
            "label-invariant adversarial example is vulnerable under the boundary, prediction-change and "
            "error-region definitions, so these risks are at least as large."
        ),
        statement=sp.And(*cases),
        where=(
            "$r_k > 0$ says that a point of the type number $k$ is in reach: $k = 6 f + c$ where the classifier says "
            "$f$ and "
            "the Bayes label of the projection is $c$, both from 0 to 4, or where there is none, $c = 5$; y is 0"
        ),
    )
