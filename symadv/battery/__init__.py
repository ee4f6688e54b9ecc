"""How sound the provers are: true claims are made false at every site, and each falsehood has to be refuted."""

from symadv.battery.mutants import Mutant, mutants
from symadv.battery.trial import Outcome, battery

__all__ = ["Mutant", "Outcome", "battery", "mutants"]
