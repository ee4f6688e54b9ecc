"""The suite: its networks are what the script trains, its twists do what they say, workers change nothing."""

import json
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import symadv as sa
from symadv.cli import main
from symadv.language.errors import SymadvError

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

from symadv.risk.graded import grades  # noqa: E402
from symadv.risk.networks import as_network  # noqa: E402
from symadv.suite import _twists as twists  # noqa: E402
from symadv.suite.problems import PROBLEMS, SEEDS, SHORT, TRAININGS  # noqa: E402
from symadv.suite.run import ATTACKS, BUDGET, Task, short, suite  # noqa: E402
from symadv.suite.table import data, markdown, sections, spread  # noqa: E402
from symadv.suite.weights import FILE, attacked, networks  # noqa: E402

ARTICLE = "tsipras(p=9/10, eta=3) plain"
SMALL = dict(problems=(ARTICLE, "needle"), attacks=("pgd", "label_pgd"), networks=2, n=20)


@pytest.fixture(scope="module")
def small():
    return suite(**SMALL)


def test_the_networks_are_those_that_the_script_trains():
    training = TRAININGS["point_masses(gap=1) plain"]
    fresh, kept = training.run(), networks(training.name)
    x = torch.linspace(-2, 3, 2001)[:, None]
    for one, other in zip(fresh, kept, strict=True):
        for a, b in zip(one.parameters(), other.parameters(), strict=True):
            assert torch.allclose(a, b, atol=0.02)  # float rounding differs from machine to machine, and grows
        assert (one(x).argmax(1) == other(x).argmax(1)).float().mean() > 0.99
    assert not torch.allclose(kept[0][0].weight, kept[1][0].weight, atol=0.1)


def test_there_are_enough_of_them_and_they_are_small():
    assert FILE.stat().st_size < 2_000_000 and SEEDS >= 10
    assert all(len(networks(name)) == SEEDS for name in TRAININGS)
    places = {(t.distribution, t.at) for t in TRAININGS.values()}
    assert len([p for p in places if p[0] == "tsipras"]) == 4 and len(places) == 5
    assert {t.against is None for t in TRAININGS.values()} == {True, False}


@pytest.mark.parametrize("name", ["saturated", "plateau"])
def test_a_twist_of_the_logits_keeps_every_decision(name):
    problem = PROBLEMS[name]
    x, y = problem.d.sample(2000, rng=np.random.default_rng(0))
    plain, twisted = networks(problem.training.name)[3], attacked(problem, 3)
    labels = [as_network(net, problem.d).predict(x) for net in (plain, twisted)]
    assert (labels[0] == labels[1]).all() and (labels[0] == y).mean() > 0.9


def test_gradients_are_masked_on_a_plateau_and_across_the_strata():
    problem = PROBLEMS["plateau"]
    x = torch.as_tensor(problem.d.sample(500, rng=np.random.default_rng(0))[0]).requires_grad_(True)
    for name, columns in (("plateau", (0, 1)), ("projected", (0,))):
        logits = attacked(PROBLEMS[name], 0)(x)
        (gradient,) = torch.autograd.grad((logits[:, 1] - logits[:, 0]).sum(), x)
        assert (gradient[:, columns] == 0).all()
    assert (gradient[:, 1] != 0).any()


def test_the_projected_network_is_the_network_at_the_projection():
    problem, o = PROBLEMS["projected"], sa.oracle(PROBLEMS["projected"].d)
    z = np.random.default_rng(1).normal(size=(2000, 2)) * 3
    plain, twisted = networks(problem.training.name)[1].double(), attacked(problem, 1)
    with torch.no_grad():
        assert torch.allclose(twisted(torch.as_tensor(z)), plain(torch.as_tensor(o.project(z))), rtol=1e-6, atol=1e-6)
    points = TRAININGS["point_masses(gap=1) plain"]
    one = twists.projected(networks(points.name)[0], points.d, 0)
    assert torch.allclose(
        one(torch.tensor([[0.4], [7.0]]).double())[0], networks(points.name)[0](torch.zeros(1, 1))[0].double()
    )


def test_a_needle_is_thin_and_there():
    net = attacked(PROBLEMS["needle"], 4)
    u = np.linspace(0.5, 6, 1_000_001)
    f = as_network(net, PROBLEMS["needle"].d).predict(np.stack([np.ones_like(u), u], 1))
    wrong = u[f == -1]
    assert len(wrong) > 0 and wrong.max() - wrong.min() < 1 / 64 and 2 <= wrong.mean() <= 4
    assert (as_network(net, PROBLEMS["needle"].d).predict(np.array([[1.0, -0.1]])) == -1).all()


def test_twists_refuse_what_they_are_not_made_for():
    three = sa.Distribution(
        name="three", features=("x",), labels=(0, 1, 2), prior={0: "1/3", 1: "1/3", 2: "1/3"},
        components=[sa.Component(sa.Point((k,)), {k: sa.Atom()}) for k in range(3)],
    )  # fmt: skip
    net = torch.nn.Sequential(torch.nn.Linear(1, 3))
    for twist in (twists.plateau, twists.needle):
        with pytest.raises(SymadvError, match="two labels, got 3"):
            twist(net, three, 0)
    line = sa.Distribution(
        name="line", features=("x",), labels=(0, 1), prior={0: "1/2", 1: "1/2"},
        components=[sa.Component(sa.Flat({}), {k: sa.Normal(k, 1) for k in (0, 1)})],
    )  # fmt: skip
    with pytest.raises(SymadvError, match="one and the same feature"):
        twists.projected(torch.nn.Sequential(torch.nn.Linear(1, 2)), line, 0)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.shown)
def test_every_attack_spends_at_most_the_budget(attack):
    if attack.library:
        pytest.importorskip("eagerpy" if attack.library == "foolbox" else attack.library)
    for name in ("point_masses(gap=1) plain", "needle"):
        (found,) = Task(name, 0, (attack,), 10, 0).run()[:1]
        assert found.gradients <= BUDGET and found.queries <= BUDGET + 10 and found.faults == ()


def test_workers_change_nothing(small):
    with ThreadPoolExecutor(2) as executor:
        again = suite(**SMALL, executor=executor)
    assert again == small and pickle.loads(pickle.dumps(small)) == small


def test_outcomes_are_the_grades(small):
    (first, _) = small.of(ARTICLE, "label_pgd", "label_invariant")
    problem = PROBLEMS[ARTICLE]
    assert first.found <= first.vulnerable <= first.n == 20 and first.recall is not None
    exact = sa.risk(attacked(problem, 0), problem.d, problem.threat, definition="label_invariant")
    assert abs(first.vulnerable / 20 - exact.upper) < 0.3  # twenty samples of the exact risk
    assert small.definitions == sa.names("definitions") and small.attacks == ("pgd", "label_pgd")


def test_tables_and_data_hold_every_cell(small):
    text, plain = markdown(small), data(small)
    assert all(f"## {name}" in text for name in small.definitions) and ARTICLE in text and "needle" in text
    assert len(plain["recall"]) == 9 * 2 * 2 and json.loads(json.dumps(plain)) == plain
    cell = next(c for c in plain["recall"] if (c["problem"], c["attack"]) == (ARTICLE, "pgd"))
    known = spread(small.of(ARTICLE, "pgd", cell["definition"]))
    assert cell["mean"] == known.mean and cell["lowest"] <= cell["mean"] <= cell["highest"]
    assert spread([]) is None and len([*sections(small, ("boundary",))]) == 3


def test_the_picture_is_drawn(small):
    pytest.importorskip("matplotlib")
    from symadv.plot.picture import Picture
    from symadv.suite.picture import picture

    drawn = Picture.of(picture(small), "suite")
    assert (
        "recall" in drawn.svg
        and "needle" in drawn.svg
        and drawn.png.startswith(b"\x89PNG")
        and "20 samples" in drawn.caption
    )


def test_the_short_form_names_problems_that_exist():
    assert set(SHORT) <= set(PROBLEMS) and short.__doc__


def test_mistakes_are_named():
    with pytest.raises(SymadvError, match="nearest: needle"):
        suite(problems=["needles"])
    with pytest.raises(SymadvError, match="nearest: pgd"):
        suite(attacks=["pdg"])
    with pytest.raises(SymadvError, match="from 1 to 10"):
        suite(networks=11)


def test_the_command_line_writes_files(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.modules["symadv.suite.run"], "PROBLEMS", {"needle": PROBLEMS["needle"]})
    assert main(["grade", "--suite", "--networks", "1", "-n", "5", "--out", str(tmp_path / "out")]) == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"suite.md", "suite.json", "suite.svg", "suite.png"}
    capsys.readouterr()
    for arguments, words in ((["--suite", "pgd"], "leave those away"), (["pgd"], "--eps"), ([], "--suite")):
        assert main(["grade", *arguments]) == 2
        assert words in capsys.readouterr().err


def test_grades_without_iterates_are_those_with_them():
    problem = PROBLEMS[ARTICLE]
    net = as_network(attacked(problem, 0), problem.d)
    with_, without = (grades("pgd", net, problem.d, problem.threat, n=20, iterates=shown) for shown in (True, False))
    assert all(without[k].found == g.found and without[k].found_any is None for k, g in with_.items())
