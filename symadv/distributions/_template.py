"""The file that a new distribution starts from: commented, and complete enough to run as it is."""

from pathlib import Path

from symadv.distributions._toml import check_name


def template(name: str) -> str:
    """The text of ``NAME.toml`` for a new distribution; a name that cannot be one is refused."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return text.replace("NAME", check_name(name))
