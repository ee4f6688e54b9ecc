"""General: Bayes after projection, the neighborhood optimal classifier of [bhattacharjee2021], has no example."""

import sympy as sp

import symadv as sa


def the_bayes_rule_after_projection_has_no_label_invariant_example() -> sa.Claim:
    """The claim, on the posteriors at two nearest points of the perturbed one."""
    labels, y = range(3), 0  # only y, the label that f says, and that there may be another one matter
    near, far = ({k: sa.parameter(f"{name}{k}", real=True) for k in labels} for name in ("q", "s"))
    definition, clean = sa.definition("label_invariant"), (y, y)

    def strictly(c: int) -> sp.Basic:
        """The label c is, strictly, the most probable one at both nearest points."""
        return sp.And(*(q[c] > q[k] for q in (near, far) for k in labels if k != c))

    none = []
    for f in labels:
        most = sp.And(*(near[f] >= near[k] for k in labels if k != f))
        found = sa.vulnerable(definition, y, labels, clean, {(f, c): strictly(c) for c in labels})
        none.append(sp.Implies(most, sp.Not(found)))
    return sa.Claim(
        name="the_bayes_rule_after_projection_has_no_label_invariant_example",
        number="G5",
        source="symadv",
        place="Bayes after projection",
        sentence="",
        says=(
            "For every distribution, number of labels and threat, at any budget: a classifier that says a most "
            "probable "
            "label at some nearest point of the support has no label-invariant adversarial example under the tie rule "
            "'every', by which a point has a label where all of its nearest points agree. This is the neighborhood "
            "optimal classifier of the literature."
        ),
        where=(
            "$q_k$ and $s_k$ are the posteriors of the label $k$ at two nearest points of $\\tilde{x}$, and $y = 0$; "
            "f says a "
            "label of largest $q$"
        ),
        statement=sp.And(*none),
    )
