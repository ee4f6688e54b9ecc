"""General: the factor two is a matter of two labels."""

import sympy as sp

import symadv as sa


def the_base_classifier_risk_is_at_most_twice_for_three_labels() -> sa.Claim:
    """The claim, on the types (f, c) of the sample's point and of the points in reach."""
    labels = (0, 1, 2)
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
        name="the_base_classifier_risk_is_at_most_twice_for_three_labels",
        number="G9",
        source="symadv",
        place="Orders between the definitions",
        sentence="",
        says=("The same for three labels."),
        statement=sp.And(*cases),
        given=(sp.Eq(sp.Add(*posterior.values()), 1),),
        expects="REFUTED",
        why="the Bayes label of three may have a posterior just above 1/3: the factor is the number of labels",
        where=(
            "$r_k > 0$ says that a point of the type number $k$ is in reach: $k = 4 f + c$ where the classifier says "
            "$f$ and "
            "the Bayes label of the projection is $c$, both from 0 to 2, or where there is none, $c = 3$; $q_k$ is "
            "the posterior of the label k at the sample"
        ),
    )
