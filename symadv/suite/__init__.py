"""A suite of problems on which attacks are graded against the exact truth: its networks are part of the package."""

from symadv.suite.run import Suite, suite

__all__ = ["Suite", "suite"]
