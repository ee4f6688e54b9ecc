"""The table of what is exact is the one that the program produces."""

from pathlib import Path

from symadv.verify.exactness import outcomes, table

DOCUMENTED = Path(__file__).parents[1] / "docs" / "exactness.md"


def test_the_documented_table_is_current() -> None:
    assert DOCUMENTED.read_text(encoding="utf-8") == table(), "renew it: symadv list --exactness > docs/exactness.md"


def test_what_the_literature_has_in_closed_form_is_exact() -> None:
    plain = {"adversarial_loss", "boundary", "misclassification", "prediction_change"}
    for cell in outcomes("gaussian_mixture", "linear")[:3]:
        assert {name for name, method in cell.outcome.items() if method == "exact"} >= plain
