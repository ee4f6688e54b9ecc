"""Seeds depend on the content of a check and on nothing else."""

import os
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction

import pytest

from symadv.language.errors import SymadvError
from symadv.probability.seeds import seed_of

CONTENT = ("risk", {"p": Fraction(9, 10), "eta": 3}, (0.1, None), {"b", "a"}, b"x")


@dataclass(frozen=True)
class Check:
    name: str
    eps: float


def test_the_same_in_every_process():
    code = f"from fractions import Fraction; from symadv.probability.seeds import seed_of; print(seed_of(*{CONTENT!r}))"
    for hash_seed in ("0", "1", "77"):
        out = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        ).stdout
        assert int(out) == seed_of(*CONTENT)


def test_a_known_value():
    """sha256 of "[str:'a',int:1]", first eight bytes; changing it changes every sampled result."""
    assert seed_of("a", 1) == int("f499ba4f92fb675e", 16)


def test_different_content_gives_different_seeds():
    contents = [
        ("a",),
        ("b",),
        (1,),
        (True,),
        ("1",),
        (1.0,),
        (Fraction(1),),
        ("a", "b"),
        ("a,b",),
        (("a", "b"),),
        (None,),
        ({},),
        (set(),),
        ((),),
        ({"a": 1},),
        ({"a": 2},),
        (Check("a", 1.0),),
        (Check("a", 2.0),),
        ("a", ("b",)),
    ]
    assert len({seed_of(*content) for content in contents}) == len(contents)
    assert all(0 <= seed_of(*content) < 2**64 for content in contents)


def test_order_of_keys_does_not_matter_and_order_of_items_does():
    assert seed_of({"p": 1, "eta": 2}) == seed_of({"eta": 2, "p": 1})
    assert seed_of([1, 2]) == seed_of((1, 2)) != seed_of([2, 1])


def test_content_without_a_canonical_text_is_refused():
    with pytest.raises(SymadvError, match="object"):
        seed_of(object())
