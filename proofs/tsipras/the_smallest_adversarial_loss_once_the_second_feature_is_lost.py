"""T10: the smallest adversarial loss of all classifiers once the budget moves x2 as far as its mean."""

import sympy as sp

import symadv as sa


def the_smallest_adversarial_loss_once_the_second_feature_is_lost() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta), (x1, x2) = d.parameters, d.features
    E1, E2 = (sa.parameter(name, positive=True) for name in ("E1", "E2"))
    threat = sa.ThreatModel(norm="linf", eps=(E1, E2))
    signs = [sa.classifier("linear", d, weights=(s, 0), bias=0, tie=1) for s in (-1, 1)]
    minus, plus = (sa.risk(f, d, threat, definition="adversarial_loss") for f in signs)
    constant = sa.risk(sa.classifier("constant", d, label=1), d, threat, definition="adversarial_loss")
    law = sa.joint(d)
    left = {y: density.subs(x2, x2 + y * eta) for y, density in zip(d.labels, law.result, strict=True)}
    odds = {s: p / (1 - p) if s == 1 else (1 - p) / p for s in (-1, 1)}
    alike = [sp.Eq(left[1].subs(x1, s), odds[s] * left[-1].subs(x1, s), evaluate=False) for s in (-1, 1)]
    both = {y: density.subs(x1, -1) + density.subs(x1, 1) for y, density in left.items()}  # x1 moved to 0
    nothing = sp.Eq(both[1], both[-1], evaluate=False)
    smaller = sp.And(*(sp.Implies(E1 < 1, sp.Eq(f.lower, q)) for f, q in ((plus, 1 - p), (minus, p))))
    return sa.Claim(
        name="the_smallest_adversarial_loss_once_the_second_feature_is_lost",
        number="T10",
        source="tsipras2019",
        place="Theorem 2.1",
        sentence="",
        says=(
            r"Against $E_2 \ge \eta$ it is $\min(p, 1 - p)$ while $E_1 < 1$, and 1/2 from $E_1 = 1$ on: the adversary "
            r"shifts $x_2$ by $\eta$ against the label, which leaves the odds of $x_1$ alone, so that nobody loses "
            r"less; "
            r"the sign of $x_1$, its opposite, or a constant loses no more."
        ),
        where=(
            "the equations say that the shifted density of label 1 is that of label $-1$ times the odds that $x_1$ "
            "gives, "
            "and equal to it once $x_1$ has been moved to 0"
        ),
        statement=sp.And(*alike, nothing, smaller, sp.Eq(constant.lower, sp.Rational(1, 2), evaluate=False)),
        given=(eta <= E2,),
        because={
            "The adversarial loss of the sign of $x_1$, budgets $E_1$, $E_2$": plus.derivation,
            "The adversarial loss of the opposite sign, budgets $E_1$, $E_2$": minus.derivation,
            "The adversarial loss of a constant, budgets $E_1$, $E_2$": constant.derivation,
            "The joint density, the flip-and-Gaussian distribution": law,
        },
    )
