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
from symadv.readers._derived import Grounds
from symadv.readers._display import display
from symadv.readers._failing import Failure, Point, failing, value
from symadv.readers._layout import exactly, listed
from symadv.readers._lemmas import lemma
from symadv.readers._proofs import method, steps
from symadv.readers._tex import printer, tex
from symadv.readers._width import width
from symadv.readers._words import escape, tex_prose

_KEY = re.compile(r"[A-Za-z]+\d{4}[A-Za-z]*")
_INLINE = 24.0  # em: a wider condition is displayed


def proved_as_in_a_paper(row: Row, kernel: Mapping[str, str], grounds: Grounds) -> str:
    """The derivations that the row needs first, its statement, and what stands behind its verdict.

    ``kernel`` names the file of Rocq for a theorem: a claim's name, the name with ``_is_refuted`` or ``_exactly_when``.
    """
    goal = row.subject.goal() if isinstance(row.subject, Claim) else row.subject
    goal = goal if isinstance(goal, Goal) and goal.statement is not None else None
    parts = [grounds.first_needed(row), _statement(row, goal, grounds.cited(row)), _reason(row, goal, kernel)]
    if row.exactly_when is not None:
        parts.append(_corollary(row, goal, kernel))
    return "".join(parts)


def cited(source: str, place: str) -> str:
    """A citation; a source that has no key of a bibliography is left out."""
    where = escape(place).replace("]", "{]}")
    return rf"\cite[{where}]{{{source}}}" if _KEY.fullmatch(source) else f"({where})" if where else ""


def _statement(row: Row, goal: Goal | None, ground: str) -> str:
    kind = "proposition" if row.verdict.status == "PROVED" else "claim"
    number = f"{row.subject.number}. " if isinstance(row.subject, Claim) and row.subject.number else ""
    name = re.sub(r"_s(?=_|$)", "'s", row.claim).replace("_", " ")
    words = escape(f"{number}{name[:1].upper()}{name[1:]}").replace("[", "{[}").replace("]", "{]}")
    lines = [f"\\begin{{{kind}}}[{words}]"]
    if isinstance(row.subject, Claim):
        lines += [*_quoted(row.subject), tex_prose(row.subject.says)]
    elif row.says and row.says != row.claim:
        lines.append(tex_prose(row.says))
    text = "\n".join(lines) + "\n"
    if goal is not None:
        text += f"\n{_formally(goal, ground)}"
        where = row.subject.where if isinstance(row.subject, Claim) else ""
        text += f"Here {tex_prose(where)}.\n" if where and not _settled(goal.statement) else ""
    return f"{text}\\end{{{kind}}}\n\n"


def _quoted(claim: Claim) -> list[str]:
    source = cited(claim.source, claim.place)
    if not claim.sentence:
        return [f"{source}:" if source else ""] if source.startswith(r"\cite") else []
    return [f"``{tex_prose(claim.sentence)}'' {source}.\n"]


def _formally(goal: Goal, ground: str) -> str:
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
    by = f", by {ground}" if ground else ""
    if _settled(goal.statement):
        return (
            f"The formal statement{by}{',' if by else ''} is {_truth(goal.statement)} as soon as it is written down.\n"
        )
    lead = ", ".join(filter(None, [f"Formally{by}", " ".join(said)]))
    return f"{lead}{'the statement is' if long else ':'}\n{display(goal.statement)}"


def _settled(statement: sympy.Basic) -> bool:
    """Whether the statement is true, or false, as soon as it is written down, whatever its variables are."""
    return _body(statement) in (sympy.true, sympy.false)


def _truth(statement: sympy.Basic) -> str:
    return str(_body(statement)).lower()


def _body(statement: sympy.Basic) -> sympy.Basic:
    return _body(statement.args[1]) if isinstance(statement, ForAll | Exists) else statement


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
    if verdict.status == "PROVED":
        settled = goal is not None and _settled(goal.statement)
        return _by_a_prover(row, verdict, meaning, _also(kernel, row.claim), settled=settled)
    if verdict.status == "REFUTED":
        text = _counterexample(verdict, goal)
        return _environment("proof", f"{text}{meaning}{_also(kernel, f'{row.claim}_is_refuted')}", "Counterexample")
    told = f": {escape(verdict.why)}" if verdict.why else ""
    tests = "".join(f"\n\n{escape(r)}" for r in verdict.reductions)
    text = rf"The verdict is \textsc{{{verdict.status.lower()}}}{told}.{tests}" + "\n"
    return _environment("proof", text, "No proof")


def _by_a_prover(
    row: Row, verdict: Verdict, before: str, after: str, *, proved: str = "the statement is", settled: bool = False
) -> str:
    """The lemmas of a proof and how it goes on from there."""
    if settled:
        return _environment("proof", f"{before}Nothing is left to prove.\n{after}")
    lemmas, remarks = _lemmas(verdict, _symbols(row))
    first = _environment("lemma", _domains(row) + ";\n".join(lemmas) + ".\n") if lemmas else ""
    return first + _environment("proof", before + steps(verdict, remarks, lemmas=bool(lemmas), proved=proved) + after)


def _also(kernel: Mapping[str, str], theorem: str) -> str:
    known = kernel.get(theorem)
    return f"A proof for the kernel of Rocq is in \\nolinkurl{{{known}}}.\n" if known else ""


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


def _counterexample(verdict: Verdict, goal: Goal | None) -> str:
    point = verdict.witness or {}
    if not point:
        return f"The statement has no free parameters, and is false, by {method(verdict.prover)}.\n"
    found = failing(goal.statement, point) if goal is not None else None
    text = f"Take {listed([f'${tex(s)} = {tex(v)}$' for s, v in point.items()])}.\n"
    if goal is not None and goal.given:
        text += "What is given holds.\n"
    if found is not None:
        text += _what_fails(found, point)
    return f"{text}The statement fails, by exact arithmetic; found by {method(verdict.prover)}.\n"


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


def _corollary(row: Row, goal: Goal | None, kernel: Mapping[str, str]) -> str:
    """The condition, in the directions that are proved."""
    word, condition = exactly(row)
    phrases = {"exactly when": "if and only if", "if": "if", "only if": "only if"}
    if word not in phrases or row.exactness is None:
        text = f"Whether the statement holds exactly when ${tex(condition)}$ is open.\n"
        return _environment("remark", text)
    if condition in (sympy.true, sympy.false):
        text = (
            f"The statement above {'holds' if condition is sympy.true else 'fails'} for all values of its parameters."
        )
        ways = ""
    else:
        text, ways = f"The statement above holds {phrases[word]} ${tex(condition)}$.", _WAYS[word]
    proved = "both directions are" if ways == _WAYS["exactly when"] else "this is"
    also = _also(kernel, f"{row.claim}_exactly_when")
    proof = _by_a_prover(row, row.exactness, ways, also, proved=proved)
    lemmas, rest = proof[: proof.index(_PROOF)], proof[proof.index(_PROOF) :]
    return lemmas + _environment("corollary", f"{text}\n") + rest


_PROOF = r"\begin{proof}"
_WAYS = {
    "exactly when": "Where the condition holds, so does the statement; where it fails, the statement fails.\n",
    "if": "Where the condition holds, so does the statement.\n",
    "only if": "Where the condition fails, the statement fails.\n",
}


def _environment(name: str, text: str, title: str = "") -> str:
    return f"\\begin{{{name}}}{f'[{title}]' if title else ''}\n{text}\\end{{{name}}}\n\n"
