"""The main job: derive, prove, sample, train, attack, report."""

from symadv.verify.job import ARTICLE, Study, Verification, verify
from symadv.verify.write import write

__all__ = ["ARTICLE", "Study", "Verification", "verify", "write"]
