"""General: with some nearest point for every one, Bayes after projection has examples."""

import sympy as sp

import symadv as sa


def the_bayes_rule_has_none_when_some_nearest_point_counts() -> sa.Claim:
    """The claim, on the types (f, c) of the sample's point and of the points in reach."""
    labels, y = (-1, 1), 1
    types = sa.point_types(labels)
    reached = {t: sa.parameter(f"r{k}", real=True) > 0 for k, t in enumerate(types)}
    tie = (
        sa.parameter("tie", real=True) > 0
    )  # a tie in reach, of points with either label; the classifier says -1 there
    possible = {(f, c): condition for (f, c), condition in reached.items() if c == f}
    read_as_either = {**possible, (-1, 1): tie, (-1, -1): sp.Or(possible[-1, -1], tie)}
    found = (sa.vulnerable(sa.definition("label_invariant"), y, labels, clean, read_as_either) for clean in possible)
    return sa.Claim(
        name="the_bayes_rule_has_none_when_some_nearest_point_counts",
        number="G6",
        source="symadv",
        place="Bayes after projection",
        sentence="",
        says=(
            "The same when a label counts as true at a tie of the projection as soon as some nearest point has it, "
            "the classifier saying the label of one of them."
        ),
        statement=sp.Not(sp.Or(*found)),
        expects="REFUTED",
        why="the tie itself has the label y by one nearest point, and is not classified as y",
    )
