"""Open room: ``provers/NAME.py`` exports ``NAME(goal, *, limits) -> Verdict``; what it cannot settle is UNDECIDED.

A verdict PROVED needs an exact point of what is given, REFUTED an exact witness that was replayed by ball arithmetic;
a cover of the domain by boxes needs the consent of `_recheck`, a program of its own.
The sound provers share a ground: `_field` (expressions as rational functions of generators such as $e^{\\eta^2}$),
`_signs` (the signs they can have), `_statements` (conditions as combinations of signs), `_given` (exact points).
"""
