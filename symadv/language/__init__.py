"""What can be said: parameters, regions, derivations, goals, claims and verdicts; sympy and python-flint only."""
