"""General: by a selection among the nearest points, Bayes after the same selection has no example."""

import sympy as sp

import symadv as sa


def the_bayes_rule_has_none_when_both_select_the_same_point() -> sa.Claim:
    """The claim, on the posteriors at the nearest point that is selected for the perturbed one."""
    labels, y = range(3), 0  # only y, the label that f says, and that there may be another one matter
    posterior = {k: sa.parameter(f"q{k}", real=True) for k in labels}

    def type_is(f: int, c: int) -> sp.Basic:
        """f says a most probable label there, and c is, strictly, the most probable one."""
        most = (posterior[f] >= posterior[k] for k in labels if k != f)
        return sp.And(*most, *(posterior[c] > posterior[k] for k in labels if k != c))

    types = {(f, c): type_is(f, c) for f in labels for c in labels}
    definition, clean = sa.definition("label_invariant"), (y, y)
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
        statement=sp.Not(sa.vulnerable(definition, y, labels, clean, types)),
    )
