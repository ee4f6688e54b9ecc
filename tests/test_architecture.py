"""The house: open rooms are entered by name only, one public name a member; manners that a linter does not hold."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import grimp

import symadv
from symadv import catalog

HOUSE = Path(symadv.__file__).parent
FILES = {
    str(file.relative_to(HOUSE)): ast.parse(file.read_text(encoding="utf-8"))
    for file in sorted(HOUSE.rglob("*.py"))
    if "_proofs" not in file.parts
}
MEMBERS = [(room, name) for room in catalog.ROOMS for name in catalog.names(room)]


Node = TypeVar("Node", bound=ast.AST)


def nodes(kind: type[Node]) -> Iterator[tuple[str, Node]]:
    """Every node of a kind, with the place where it stands."""
    for file, tree in FILES.items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield f"{file}:{getattr(node, 'lineno', 0)}", node


def imported() -> Iterator[tuple[str, str]]:
    """Every module that is imported or imported from, with the place."""
    yield from ((place, alias.name) for place, node in nodes(ast.Import) for alias in node.names)
    yield from ((place, node.module) for place, node in nodes(ast.ImportFrom) if node.module)


def public(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The names without an underscore that a file itself defines at its top level."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        else:
            names = []
        yield from ((name, node) for name in names if not name.startswith("_"))


def test_a_member_is_loaded_by_name_only() -> None:
    """Only the table of public names may speak of a member, as `symadv.latex` does of a reader."""
    graph = grimp.build_graph("symadv", cache_dir=None)
    modules = [f"symadv.{room}.{name}" for room, name in MEMBERS]
    importers = {module: graph.find_modules_that_directly_import(module) for module in modules}
    assert {module: found for module, found in importers.items() if not found <= {"symadv"}} == {}


def test_a_member_exports_its_own_name_and_no_other() -> None:
    exported = {(room, name): [found for found, _ in public(FILES[f"{room}/{name}.py"])] for room, name in MEMBERS}
    assert exported == {(room, name): [name] for room, name in MEMBERS}


def test_every_file_and_every_public_name_says_what_it_is() -> None:
    """A module's docstring is its contract."""
    assert [file for file, tree in FILES.items() if not ast.get_docstring(tree)] == []
    named = [(f"{file}: {name}", node) for file, tree in FILES.items() for name, node in public(tree)]
    described = [(name, node) for name, node in named if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    overloads = {id(node) for _, node in described if any("overload" in ast.dump(d) for d in node.decorator_list)}
    assert [name for name, node in described if not ast.get_docstring(node) and id(node) not in overloads] == []


def test_no_text_is_evaluated_as_code() -> None:
    """sympy reads a string as Python code, unless it is told to be strict."""
    calls = [(place, ast.unparse(node.func), ast.unparse(node)) for place, node in nodes(ast.Call)]
    evaluators = {"eval", "exec", "S", "sympy.S"}
    assert [
        place for place, name, _ in calls if name in evaluators or name.endswith(("parse_expr", "parse_latex"))
    ] == []
    assert [place for place, name, call in calls if name.endswith("sympify") and "strict=True" not in call] == []


def test_input_is_not_checked_by_assert() -> None:
    assert [place for place, _ in nodes(ast.Assert)] == []


def test_no_global_random_state_is_drawn_from() -> None:
    """Draws come from a generator that is passed; numpy's module only makes generators."""
    makers = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "BitGenerator"}
    drawn = [(p, n.attr) for p, n in nodes(ast.Attribute) if ast.unparse(n.value) in {"np.random", "numpy.random"}]
    assert [(place, name) for place, name in drawn if name not in makers] == []
    assert [place for place, module in imported() if module == "random"] == []


def test_submodules_are_imported_from() -> None:
    """`import symadv.risk.exact as e` would go through the public name `risk`, which is a function."""
    found = [(place, alias.name) for place, node in nodes(ast.Import) for alias in node.names]
    assert [place for place, name in found if name.count(".") > 1 and name.startswith("symadv.")] == []


def test_the_ground_floor_speaks_sympy_and_flint_alone() -> None:
    foreign = {"numpy", "scipy", "torch", "matplotlib", "z3"}
    ground = [(place, module) for place, module in imported() if place.startswith("language/")]
    assert [(place, module) for place, module in ground if module.partition(".")[0] in foreign] == []
    assert ground
