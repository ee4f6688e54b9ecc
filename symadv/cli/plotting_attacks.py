"""``symadv plot``: pictures of a classifier or a network in the plane, and of attacks against the exact truth."""

from typing import Annotated, Any

import typer

from symadv.cli.arguments import (
    At,
    Json,
    Name,
    distribution_of,
    number_of,
    options_of,
    see_own_modules,
    several,
)
from symadv.cli.console import followed
from symadv.cli.grading import Seed
from symadv.cli.networks import Given, Model, Named, classifier_of, network_of
from symadv.cli.plotting import Bare, Options, Out, deliver, known_definition
from symadv.cli.threats import Box, Budget, Norm, OnSupport, Open, box_of, threat_of
from symadv.language.errors import SymadvError

Definition = Annotated[str, typer.Option(help='A name of "symadv list definitions", or my.module:name')]
Attacks = Annotated[list[str] | None, typer.Option(help="A name, or my.module:attack; repeated; pgd and label_pgd.")]
N = Annotated[int, typer.Option("-n", min=1, help="How many samples are attacked.")]

_USUAL = ("pgd", "label_pgd")


def regions(
    name: Name,
    eps: Budget,
    out: Out,
    at: At = None,
    classifier: Named = None,
    option: Options = None,
    model: Given = None,
    definition: Definition = "label_invariant",
    sample: Annotated[str | None, typer.Option(metavar="X1,X2", help="A point whose reach is drawn.")] = None,
    label: Annotated[int | None, typer.Option(help="The label of the sample.")] = None,
    norm: Norm = "linf",
    box: Box = None,
    open: Open = False,
    on_support: OnSupport = False,
    bare: Bare = False,
    json: Json = False,
) -> int:
    """Draw the plane: true labels and their ties, the classifier, the vulnerable samples, what a sample can reach."""
    from symadv.plot import regions as drawn

    see_own_modules(classifier or "", known_definition(definition))
    d = distribution_of(name, at)
    d.require_numbers("a picture of the plane")
    f, _ = classifier_of(d, classifier, model, options_of(option or (), names=()))
    threat = threat_of(norm, eps, box=box, on_support=on_support, closed=not open, names=())
    point = None if sample is None else several(sample, names=())
    figure = drawn(f, d, threat, definition=definition, sample=point, label=label)
    return deliver(figure, out, bare=bare, json=json)


def attacks(
    name: Name,
    upto: Annotated[str, typer.Option(help="The largest budget.")],
    out: Out,
    at: At = None,
    attack: Attacks = None,
    model: Model = None,
    definition: Definition = "label_invariant",
    norm: Norm = "linf",
    box: Box = None,
    open: Open = False,
    on_support: OnSupport = False,
    n: N = 500,
    seed: Seed = 0,
    bare: Bare = False,
    json: Json = False,
) -> int:
    """Draw the exact risk of a network over the budget, and what attacks find of it."""
    from symadv.plot import attacks as drawn

    names = attack or [*_USUAL]
    see_own_modules(known_definition(definition), *names)
    d = distribution_of(name, at)
    d.require_numbers("attacking a network")
    right = number_of("--upto", upto)
    network, _ = network_of(d, model, seed)
    threat: dict[str, Any] = {"norm": norm, "box": box_of(box), "closed": not open, "on_support": on_support}
    figure = drawn(network, d, upto=right, names=names, definition=definition, n=n, seed=seed, **threat)
    return deliver(figure, out, bare=bare, json=json)


def recall(
    name: Name,
    eps: Budget,
    out: Out,
    at: At = None,
    attack: Attacks = None,
    model: Model = None,
    norm: Norm = "linf",
    box: Box = None,
    open: Open = False,
    on_support: OnSupport = False,
    n: N = 500,
    seed: Seed = 0,
    bare: Bare = False,
    json: Json = False,
) -> int:
    """Draw which share of what is vulnerable each attack finds, under every definition."""
    from symadv.plot import recall as drawn
    from symadv.plot.words import around, at_values
    from symadv.risk.graded import grades

    names = attack or [*_USUAL]
    if len(set(names)) < len(names):
        raise SymadvError("--attack: one attack is given twice")
    see_own_modules(*names)
    d = distribution_of(name, at)
    d.require_numbers("attacking a network")
    threat = threat_of(norm, eps, box=box, on_support=on_support, closed=not open, names=())
    network, words = network_of(d, model, seed)
    with followed() as progress:
        found = {one: grades(one, network, d, threat, n=n, seed=seed, progress=progress) for one in names}
    caption = (
        f"Share of the vulnerable ones among {n} samples of {at_values(d)} that each attack finds; {around(threat)}"
    )
    return deliver(drawn(found, caption=f"{caption}; a network {words}."), out, bare=bare, json=json)
