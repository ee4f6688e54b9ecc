"""General: by a selection among the nearest points, Bayes after the same selection has no example."""

import sympy as sp

import symadv as sa


def the_bayes_rule_has_none_when_both_select_the_same_point() -> sa.Claim:
    """The claim, on the posteriors at the nearest point that is selected for the perturbed one."""
    labels, y = range(3), 0  # only y, the label that f says, and that there may be another one matter
    near = {k: sa.parameter(f"q{k}", real=True) for k in labels}
    definition, clean = sa.definition("label_invariant"), (y, y)

    def strictly(c: int) -> sp.Basic:
        """The label c is, strictly, the most probable one at the selected point."""
        return sp.And(*(near[c] > near[k] for k in labels if k != c))

    none = []
    for f in labels:
        most = sp.And(*(near[f] >= near[k] for k in labels if k != f))
        found = sa.vulnerable(definition, y, labels, clean, {(f, c): strictly(c) for c in labels})
        none.append(sp.Implies(most, sp.Not(found)))
    return sa.Claim(
        name="the_bayes_rule_has_none_when_both_select_the_same_point",
        number="G6",
        source="symadv",
        place="Bayes after projection",
        sentence="",
        says=(
            "The same under the tie rule 'first', the article's: the label of a point is that of one of its nearest "
            "points, and the classifier says a most probable label at the same one."
        ),
        where="$q_k$ is the posterior of the label $k$ at the selected point, and $y = 0$",
        statement=sp.And(*none),
    )
