"""S16: the shift of the figure changes nearly every label."""

import sympy as sp

import symadv as sa


def the_shift_of_the_figure_changes_nearly_every_label() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta) = d.parameters
    shift = {y: (0, -2 * eta * y) for y in d.labels}
    change = sa.label_change(d, shift)
    at_figure = change.result.subs({p: sp.Rational(9, 10), eta: 3})
    return sa.Claim(
        name="the_shift_of_the_figure_changes_nearly_every_label",
        number="S16",
        source="stutz2019",
        place="Discussion",
        sentence="which contradicts our definition of adversarial examples",
        says=(
            r"At the figure's $p = 9/10$ and $\eta = 3$, the shift by $2\eta$ changes the Bayes label with a "
            "probability of more than .99."
        ),
        statement=sp.Gt(at_figure, sp.Rational(99, 100), evaluate=False),
        experiments=change.experiments,
        because={"The probability that the shift changes the label": change},
    )
