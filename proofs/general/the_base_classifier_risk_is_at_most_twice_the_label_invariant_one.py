"""General: base-classifier risk is at most twice the label-invariant one for two labels."""

import sympy as sp

import symadv as sa


def the_base_classifier_risk_is_at_most_twice_the_label_invariant_one() -> sa.Claim:
    """The claim, on the types (f, c) of the sample's point and of the points in reach."""
    labels = (-1, 1)
    types = sa.point_types(labels)
    reached = {t: sa.parameter(f"r{k}", real=True) > 0 for k, t in enumerate(types)}
    posterior = {y: sa.parameter(f"q{k}", between=(0, 1)) for k, y in enumerate(labels)}
    base, invariant = sa.definition("base_classifier"), sa.definition("label_invariant")
    cases = []
    for clean in ((f, c) for f, c in types if c is not None):
        q, others = posterior[clean[1]], [posterior[y] for y in labels if y != clean[1]]
        risk = {
            y: sp.Piecewise((q_y, sa.vulnerable(invariant, y, labels, clean, reached)), (0, True))
            for y, q_y in posterior.items()
        }
        counted = sp.Piecewise((1, sa.vulnerable(base, labels[0], labels, clean, reached)), (0, True))
        cases.append(sp.Implies(sp.And(*(q > other for other in others)), counted <= 2 * sp.Add(*risk.values())))
    return sa.Claim(
        name="the_base_classifier_risk_is_at_most_twice_the_label_invariant_one",
        number="G8",
        source="symadv",
        place="Orders between the definitions",
        sentence="",
        says=(
            "For two labels, every distribution, classifier and threat: given a sample's point, whose Bayes label "
            "has a posterior of more than 1/2, the base-classifier risk is at most twice the label-invariant risk; "
            "so are the risks over all points."
        ),
        statement=sp.And(*cases),
        given=(sp.Eq(sp.Add(*posterior.values()), 1),),
        where=(
            "$q_0$ and $q_1$ are the posteriors of the labels $-1$ and 1 at the sample, $r_1 > 0$ says that a point "
            "is in reach where "
            "the classifier says $-1$ and the Bayes label of the projection is 1, and $r_3 > 0$ the reverse"
        ),
    )
