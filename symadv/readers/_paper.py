"""A row of a report as one reads it in a paper: statement, lemmas, proof or counterexample, corollary."""

import re
from collections.abc import Iterable, Mapping, Sequence

import sympy
from sympy.core.relational import Relational

from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.functions import unfold
from symadv.language.goals import Claim, Exists, ForAll, Goal, Row, Verdict
from symadv.language.parameters import Parameter, domain_conditions
from symadv.readers._align import TEXT_WIDTH
from symadv.readers._display import display
from symadv.readers._failing import Failure, Point, failing, value
from symadv.readers._layout import exactly, listed
from symadv.readers._lemmas import lemma
from symadv.readers._tex import printer, tex
from symadv.readers._width import width
from symadv.readers._words import escape, tex_prose

_KEY = re.compile(r"[A-Za-z]+\d{4}[A-Za-z]*")
_INLINE = 24.0  # em: a wider condition is displayed
_METHODS = {
    "algebra": "exact algebra on polynomials",
    "smt": "the solver Z3 on real arithmetic",
    "interval": "ball arithmetic on a cover of the domain by boxes",
    "monotone": "signs of derivatives and limits at the ends of the domain",
    "elimination": "elimination of quantifiers",
    "sampling": "a sequential test on samples, which is no proof",
    "rocq": "the kernel of Rocq",
}


def proved_as_in_a_paper(row: Row, kernel: Mapping[str, str]) -> str:
    """The row's statement in an environment of amsthm, and what stands behind its verdict.

    ``kernel`` names, for a claim, the file of Rocq whose theorem states the same.
    """
    goal = row.subject.goal() if isinstance(row.subject, Claim) else row.subject
    goal = goal if isinstance(goal, Goal) and goal.statement is not None else None
    parts = [_statement(row, goal), _reason(row, goal, kernel)]
    if row.exactly_when is not None:
        parts.append(_corollary(row, goal))
    return "".join(parts)


def cited(source: str, place: str) -> str:
    """A citation; a source that has no key of a bibliography is left out."""
    where = escape(place).replace("]", "{]}")
    return rf"\cite[{where}]{{{source}}}" if _KEY.fullmatch(source) else f"({where})" if where else ""


def _statement(row: Row, goal: Goal | None) -> str:
    kind = "proposition" if row.verdict.status == "PROVED" else "claim"
    number = f"{row.subject.number}. " if isinstance(row.subject, Claim) and row.subject.number else ""
    name = row.claim.replace("_s_", "'s_").replace("_", " ")
    words = escape(f"{number}{name[:1].upper()}{name[1:]}").replace("[", "{[}").replace("]", "{]}")
    lines = [f"\\begin{{{kind}}}[{words}]"]
    if isinstance(row.subject, Claim):
        lines += [*_quoted(row.subject), tex_prose(row.subject.says)]
    elif row.says and row.says != row.claim:
        lines.append(tex_prose(row.says))
    text = "\n".join(lines) + "\n"
    if goal is not None:
        text += f"\n{_formally(goal)}"
    return f"{text}\\end{{{kind}}}\n\n"


def _quoted(claim: Claim) -> list[str]:
    source = cited(claim.source, claim.place)
    if not claim.sentence:
        return [f"{source}:" if source else ""] if source.startswith(r"\cite") else []
    return [f"``{tex_prose(claim.sentence)}'' {source}.\n"]


def _formally(goal: Goal) -> str:
    """Where the parameters range, what is given, and the statement."""
    free = [s for s in goal.parameters if s not in _bound(goal)]
    bounded = [f"${printer.domain(s)}$" for s in free if domain_conditions(s)]
    real = [s for s in free if not domain_conditions(s)]
    let = [*bounded, *([f"real {_run(real)}"] if real else [])]
    said = [f"for {listed(let)}"] if let else []
    given, long = printer.chained(_conjuncts(goal.given)), False
    if given:
        long = sum(map(width, given)) > TEXT_WIDTH
        said.append("with\n" + display(sympy.And(*goal.given)) if long else f"with {listed([f'${c}$' for c in given])}")
    if goal.statement in (sympy.true, sympy.false):
        return f"The formal statement is {str(goal.statement).lower()} as soon as it is written down.\n"
    lead = f"Formally, {' '.join(said)}" if said else "Formally"
    return f"{lead}{'the statement is' if long else ':'}\n{display(goal.statement)}"


def _bound(goal: Goal) -> set[sympy.Symbol]:
    conditions = (goal.statement, *goal.given)
    return {s for c in conditions for q in c.atoms(ForAll, Exists) for s in q.args[0]}


def _conjuncts(given: Sequence[sympy.Basic]) -> list[sympy.Basic]:
    return [c for e in given for c in (e.args if isinstance(e, sympy.And) else (e,))]


def _run(symbols: Sequence[sympy.Symbol]) -> str:
    """Symbols one after the other, the middle of a long list left out."""
    names = [f"${tex(s)}$" for s in sorted(symbols, key=_natural)]
    return listed(names) if len(names) <= 10 else f"{names[0]}, {names[1]}, \\ldots, {names[-1]}"


def _natural(symbol: sympy.Symbol) -> tuple[str, int]:
    stem, digits = re.fullmatch(r"(.*?)(\d*)", symbol.name).groups()  # type: ignore[union-attr]  # matches anything
    return stem, int(digits or 0)


def _reason(row: Row, goal: Goal | None, kernel: Mapping[str, str]) -> str:
    """Lemmas and proof; or a counterexample; or that neither was found."""
    verdict = row.verdict
    why = row.subject.why if isinstance(row.subject, Claim) else ""
    meaning = f"In words: {tex_prose(why).rstrip('.')}.\n" if why and row.as_expected else ""
    known = kernel.get(row.claim)
    also = f"A proof for the kernel of Rocq is in \\nolinkurl{{{known}}}.\n" if known else ""
    if verdict.status == "PROVED":
        lemmas, remarks = _lemmas(verdict, _symbols(row))
        before = _environment("lemma", _domains(row) + ";\n".join(lemmas) + ".\n") if lemmas else ""
        by = _checked(verdict, remarks, "With the lemma, t" if lemmas else "T")
        return before + _environment("proof", f"{meaning}{by}{also}")
    if verdict.status == "REFUTED":
        text = _counterexample(verdict, goal)
        return _environment("proof", f"{text}{meaning}{also}", "Counterexample")
    told = f": {escape(verdict.why)}" if verdict.why else ""
    tests = "".join(f"\n\n{escape(r)}" for r in verdict.reductions)
    text = rf"The verdict is \textsc{{{verdict.status.lower()}}}{told}.{tests}" + "\n"
    return _environment("proof", text, "No proof")


def _symbols(row: Row) -> list[Parameter]:
    goal = row.subject.goal() if isinstance(row.subject, Claim) else row.subject
    found = {} if not isinstance(goal, Goal) else dict.fromkeys(goal.parameters)
    return [*found]


def _lemmas(verdict: Verdict, symbols: Iterable[Parameter]) -> tuple[list[str], list[str]]:
    """What the prover replaced, as lemmas; and what it says besides."""
    told = [(sentence, lemma(sentence, symbols)) for sentence in verdict.reductions]
    return [text for _, text in told if text], [escape(sentence) for sentence, text in told if not text]


def _domains(row: Row) -> str:
    integrated = any("#" in sentence for v in (row.verdict, row.exactness) if v for sentence in v.reductions)
    variable = ", $t$ being the variable of an integral" if integrated else ""
    return f"On the domains above{variable}:\n" if _symbols(row) else ""


def _checked(verdict: Verdict, remarks: Sequence[str], start: str) -> str:
    by = f"{start}he statement is proved by {_method(verdict.prover)}.\n"
    if verdict.evidence:
        by += "A second program, which shares no code with the prover, checks the cover.\n"
    return by + (f"The prover notes: {'; '.join(remarks)}.\n" if remarks else "")


def _method(prover: str) -> str:
    known = _METHODS.get(prover)
    return f"{known} (\\textsf{{{escape(prover)}}})" if known else rf"\textsf{{{escape(prover)}}}"


def _counterexample(verdict: Verdict, goal: Goal | None) -> str:
    point = verdict.witness or {}
    found = failing(goal.statement, point) if goal is not None else None
    at = listed([f"${tex(s)} = {tex(v)}$" for s, v in point.items()])
    text = f"Take {at}.\n" if at else "The statement has no parameters.\n"
    if goal is not None and goal.given and at:
        text += "What is given holds.\n"
    if found is not None:
        text += _what_fails(found, point)
    return f"{text}The statement fails, by exact arithmetic; found by {_method(verdict.prover)}.\n"


def _what_fails(found: Failure, point: Point) -> str:
    if found.condition in (sympy.true, sympy.false):
        return ""
    word = "which the statement excludes, holds" if found.excluded else "which the statement asks for, fails"
    shown = tex(found.condition)
    if not _is_short(shown):
        return f"There\n{display(found.condition)}{word}{_sides(found.condition, point)}.\n"
    values = _values(found.condition, point)
    return f"{values}{'Hence' if values else 'There'} ${shown}$, {word}.\n"


def _sides(condition: sympy.Basic, point: Point) -> str:
    """What the two sides of a displayed relation are."""
    if not isinstance(condition, Relational):
        return ""
    left, _, right = printer.sides(condition)
    known = [_number(value(side, point)) for side in (left, right)]
    return f": its sides are ${known[0]}$ and ${known[1]}$" if all(map(_is_short, known)) else ""


def _values(condition: sympy.Basic, point: Point) -> str:
    """What the sides of a relation are that are neither numbers nor single parameters."""
    sides = condition.args if isinstance(condition, Relational) else ()
    known = [side for side in sides if side.free_symbols and not side.is_Symbol]
    said = [f"{tex(side)} = {_number(value(side, point))}" for side in known]
    return f"There {listed([f'${text}$' for text in said])}.\n" if said and all(map(_is_short, said)) else ""


def _is_short(tex: str) -> bool:
    """Whether a formula may stand in a line of text."""
    return r"\begin" not in tex and width(tex) <= _INLINE


def _number(found: sympy.Expr) -> str:
    """A number in TeX, with its first digits where it is not rational."""
    if found.is_Rational:
        return tex(found)
    try:
        return rf"{tex(found)} \approx {float(ball(unfold(found)).mid()):.6g}"
    except (SymadvError, ZeroDivisionError, OverflowError):
        return tex(found)


def _corollary(row: Row, goal: Goal | None) -> str:
    """The condition, in the directions that are proved."""
    word, condition = exactly(row)
    phrases = {"exactly when": "if and only if", "if": "if", "only if": "only if"}
    if word not in phrases or row.exactness is None:
        text = f"Whether the statement holds exactly when ${tex(condition)}$ is open.\n"
        return _environment("remark", text)
    if condition in (sympy.true, sympy.false):
        text = (
            f"The statement above {'holds' if condition is sympy.true else 'fails'} for all values of its parameters.\n"
        )
        proof = _directions(row.exactness, ())
    else:
        shown = tex(condition)
        text = f"The statement above holds {phrases[word]} ${shown}$.\n"
        proof = _directions(row.exactness, _ways(word))
    lemmas, remarks = _lemmas(row.exactness, _symbols(row))
    before = _environment("lemma", _domains(row) + ";\n".join(lemmas) + ".\n") if lemmas else ""
    return before + _environment("corollary", text) + _environment("proof", proof + "".join(remarks))


def _ways(word: str) -> tuple[str, ...]:
    ways = {
        "if": "Where the condition holds, the statement does.",
        "only if": "Where the condition fails, the statement does.",
    }
    return tuple(text for key, text in ways.items() if word in (key, "exactly when"))


def _directions(verdict: Verdict, ways: tuple[str, ...]) -> str:
    both = "Both directions are" if len(ways) == 2 else "This is"
    by = f" by {_method(verdict.prover)}" if verdict.prover else ""
    return " ".join([*ways, f"{both} proved{by}."]) + "\n"


def _environment(name: str, text: str, title: str = "") -> str:
    return f"\\begin{{{name}}}{f'[{title}]' if title else ''}\n{text}\\end{{{name}}}\n\n"
