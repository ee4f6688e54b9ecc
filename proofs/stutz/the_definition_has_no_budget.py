"""S10: the definition has no budget."""

import sympy as sp

import symadv as sa


def the_definition_has_no_budget() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("point_masses")
    (x,) = d.features
    f = sa.classifier("threshold", d, at=sa.parameter("t", real=True), below=1, tie=1).regions()
    other, x_adv = sa.parameter("x_other", real=True), sa.parameter("x_adv", real=True)
    definition = sa.definition("label_invariant")
    same = [
        sp.Implies(
            sp.And(sa.lies_in(f[y], (x,)), sa.lies_in(f[y], (other,))),
            sp.Equivalent(
                sa.adversarial(definition, d, f, y, (x,), (x_adv,)),
                sa.adversarial(definition, d, f, y, (other,), (x_adv,)),
            ),
        )
        for y in d.labels
    ]
    return sa.Claim(
        name="the_definition_has_no_budget",
        number="S10",
        source="stutz2019",
        place="Definition",
        sentence=(
            "Then, $\\tilde{x}$ is an adversarial example if $f(\\tilde{x}) \\neq y$ but "
            "$p(y|\\pi(\\tilde{x})) > p(y'|\\pi(\\tilde{x}))$ for any $y' \\neq y$ with $\\pi(\\tilde{x})$ "
            "being the orthogonal projection of $\\tilde{x}$ onto the support of $p$."
        ),
        says=(
            "Whether a sample has an adversarial example under the Definition does not depend on where the "
            "sample lies, only on y and on $f(x) = y$: two samples that f gets right share every "
            r"$\tilde{x}$."
        ),
        statement=sp.And(*same),
        because={"The label after projection, two point masses": sa.label(d)},
    )
