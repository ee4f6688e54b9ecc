"""A random problem of each kind; ``python -m tests.sceptic`` looks at as many as one has time for."""

import pytest

pytest.importorskip("torch")

from tests.sceptic.brute import looked_at
from tests.sceptic.draws import MODES, drawn


@pytest.mark.parametrize("mode", MODES)
def test_what_is_said_is_what_brute_force_finds(mode):
    problem = drawn(mode, 0)
    verdict = looked_at(problem)
    assert not verdict.wrong and not verdict.refused, problem.text
    assert len(verdict.unseen) < 9, "under no definition anybody was compared"
