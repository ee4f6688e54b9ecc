"""The error that says that the program contradicts itself."""

from symadv.language.errors import SymadvError


class Contradiction(SymadvError):
    """Two ways to the same answer disagree: a bug of the program, told with both pieces of evidence."""
