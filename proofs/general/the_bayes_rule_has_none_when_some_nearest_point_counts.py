"""General: with some nearest point for every one, Bayes after projection has examples."""

import sympy as sp

import symadv as sa


def the_bayes_rule_has_none_when_some_nearest_point_counts() -> sa.Claim:
    """The claim, on the posteriors at two nearest points of the perturbed one."""
    labels, y = range(2), 0
    near, far = ({k: sa.parameter(f"{name}{k}", real=True) for k in labels} for name in ("q", "s"))
    definition, clean = sa.definition("label_invariant"), (y, y)

    def strictly(c: int) -> sp.Basic:
        """The label c is, strictly, the most probable one at one of the nearest points."""
        return sp.Or(*(sp.And(*(q[c] > q[k] for k in labels if k != c)) for q in (near, far)))

    none = []
    for f in labels:
        most = sp.And(*(near[f] >= near[k] for k in labels if k != f))
        found = sa.vulnerable(definition, y, labels, clean, {(f, c): strictly(c) for c in labels})
        none.append(sp.Implies(most, sp.Not(found)))
    return sa.Claim(
        name="the_bayes_rule_has_none_when_some_nearest_point_counts",
        number="G7",
        source="symadv",
        place="Bayes after projection",
        sentence="",
        says=(
            "The same when a label counts as true at a tie of the projection as soon as some nearest point has it, "
            "the classifier saying a most probable label at one of them."
        ),
        where=(
            "$q_k$ and $s_k$ are the posteriors of the label $k$ at two nearest points of $\\tilde{x}$, and $y = 0$; "
            "f says a "
            "label of largest $q$"
        ),
        statement=sp.And(*none),
        given=(
            *(q >= 0 for post in (near, far) for q in post.values()),
            *(sp.Eq(sum(q.values()), 1) for q in (near, far)),
        ),
        expects="REFUTED",
        why="the other nearest point has the label y, and f says the label of the first",
    )
