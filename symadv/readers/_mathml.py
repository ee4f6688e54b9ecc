"""Formulas as MathML, which browsers set without a script."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

from latex2mathml.converter import convert

from symadv.language.errors import SymadvError

_OPERATORS = set("⟺⟹⇔⇒⟶→∧∨¬∖∣∘:;")
_CLOSING = set(")]}|‖⌋∞")
_OPENING = set("([{|")
_CAPITALS = set("ΓΔΘΛΞΠΣΥΦΨΩ")
_NAMES = {"log", "exp", "max", "min", "sin", "cos"}


def mathml(tex: str, *, display: bool = False) -> str:
    """A formula for math mode as a ``<math>`` element; ``display`` sets fractions and integrals in full height."""
    plain = re.sub(r"\\\\\[[^]]*\]", r"\\\\ ", tex).replace(r"\!", "")  # browsers set the space between rows themselves
    converted = convert(plain.replace(r"\implies", r"\Longrightarrow").replace(r"\arg\m", r"\argm"))
    root = ET.fromstring(re.sub(r"\sxmlns=\"[^\"]*\"", "", converted, count=1))
    unknown = next((text for text in root.itertext() if "\\" in text or "$" in text), None)
    if unknown is not None:
        raise SymadvError(f"cannot write {tex!r} as MathML: {unknown!r} is not understood; wanted commands of amsmath")
    _mend(root)
    root.attrib.clear()
    if display:
        root.set("displaystyle", "true")
    return ET.tostring(root, encoding="unicode")


def _mend(node: ET.Element) -> None:
    """What the converter leaves undone: signs of numbers, spaces around names, ``:=`` in one piece."""
    for child in node:
        _mend(child)
        _mend_one(child)
    for before, child in zip([None, *node], list(node), strict=False):
        if child.tag == "mo" and child.text in ("−", "+") and _is_open(before):
            child.attrib.update({"form": "prefix", "lspace": "0", "rspace": "0"})
        if child.tag == "mo" and child.text in ("/", "|"):
            child.attrib.update({"lspace": "0", "rspace": "0"})
    children = list(node)
    for before, child in pairwise(children):
        if before.text == ":" and child.text == "=":
            before.text = ":="
            node.remove(child)
        named = _name(before) and _first(child) not in _OPENING
        if child.tag != "mspace" and (named or (_name(child) and before.tag not in ("mo", "mspace"))):
            node.insert(list(node).index(child), ET.Element("mspace", {"width": "0.167em"}))


def _mend_one(node: ET.Element) -> None:
    text = (node.text or "").strip()
    if node.tag == "mi" and text in _OPERATORS:
        node.tag = "mo"
    if node.tag == "mo" and len(text) > 1 and text.replace("\N{THIN SPACE}", "").isalpha():
        node.tag = "mi"
    if node.tag == "mi" and text in _CAPITALS:
        node.set("mathvariant", "normal")
    if node.tag == "mover":
        node.set("accent", "true")
    if "columnalign" in node.attrib:
        node.set("style", f"text-align: {node.attrib.pop('columnalign')}")


def _is_open(before: ET.Element | None) -> bool:
    """Whether a minus after this one is the sign of a number, and no difference."""
    return before is None or (before.tag == "mo" and before.text not in _CLOSING)


def _name(node: ET.Element) -> bool:
    return node.tag == "mi" and (node.text or "") in _NAMES


def _first(node: ET.Element) -> str:
    while len(node) and node.tag == "mrow":
        node = node[0]
    return (node.text or "").strip()
