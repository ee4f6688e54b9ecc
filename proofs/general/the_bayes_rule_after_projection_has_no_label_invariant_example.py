"""General: Bayes after projection has no label-invariant adversarial example."""

import sympy as sp

import symadv as sa


def the_bayes_rule_after_projection_has_no_label_invariant_example() -> sa.Claim:
    """The claim, on the types (f, c) of the sample's point and of the points in reach."""
    labels, y = range(5), 0  # one sample speaks of at most five labels: y, and f and c at two points
    types = sa.point_types(labels)
    reached = {t: sa.parameter(f"r{k}", real=True) > 0 for k, t in enumerate(types)}
    possible = {(f, c): condition for (f, c), condition in reached.items() if c in (None, f)}
    found = (sa.vulnerable(sa.definition("label_invariant"), y, labels, clean, possible) for clean in possible)
    return sa.Claim(
        name="the_bayes_rule_after_projection_has_no_label_invariant_example",
        number="G5",
        source="symadv",
        place="Bayes after projection",
        sentence="",
        says=(
            "For every distribution, number of labels and threat, at any budget: a classifier that says the Bayes "
            "label of the projection wherever that exists (tie rule 'every': whatever it says elsewhere) has no "
            "label-invariant adversarial example. This is the neighborhood optimal classifier of the literature."
        ),
        statement=sp.Not(sp.Or(*found)),
    )
