"""The package as a user gets it: public names on first use, nothing heavy on import, dependencies declared."""

import ast
import importlib.metadata
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

import symadv

ROOT = Path(symadv.__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PUBLIC = sorted(symadv._HOME)
SHARED_WITH_A_SUBMODULE = [name for name in PUBLIC if find_spec(f"symadv.{name}")]


def printed(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.strip()


def requirements(*extras: str) -> dict[str, Requirement]:
    listed = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    return {requirement.name: requirement for requirement in map(Requirement, listed)}


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_there(name: str) -> None:
    value = getattr(symadv, name)
    assert not isinstance(value, ModuleType)
    assert name in dir(symadv) and name in symadv.__all__
    assert getattr(symadv, name) is value


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(symadv.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.asname: node.module for node in imports for alias in node.names if alias.asname == alias.name}
    assert seen == symadv._HOME


def test_a_submodule_does_not_hide_the_public_name_it_shares() -> None:
    assert {"check", "oracle", "risk", "train"} <= set(SHARED_WITH_A_SUBMODULE)
    code = (
        "import importlib, types, symadv\n"
        f"for name in {SHARED_WITH_A_SUBMODULE}:\n"
        "    importlib.import_module('symadv.' + name)\n"
        "    exec(f'from symadv import {name} as found')\n"
        "    print(name, isinstance(found, types.ModuleType), isinstance(getattr(symadv, name), types.ModuleType))"
    )
    assert printed(code).splitlines() == [f"{name} False False" for name in SHARED_WITH_A_SUBMODULE]


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'distributoin'"):
        _ = symadv.distributoin
    assert not hasattr(symadv, "_repr_html_")


def test_importing_the_package_loads_no_library() -> None:
    libraries = {"numpy", "scipy", "sympy", "mpmath", "flint", "z3", "torch", "matplotlib", "rich", "typer", "jinja2"}
    assert printed(f"import sys, symadv; print(sorted({libraries} & set(sys.modules)))") == "[]"


def test_no_module_loads_a_heavy_library_when_imported() -> None:
    """Private modules aside: one that is all torch is itself imported inside a function."""
    heavy = {"torch", "matplotlib", "scipy.stats", "sklearn", "z3", "safetensors", "foolbox", "torchattacks"}
    code = (
        "import importlib, pkgutil, sys, symadv\n"
        "for found in pkgutil.walk_packages(symadv.__path__, 'symadv.'):\n"
        "    if '._' not in found.name:\n"
        "        importlib.import_module(found.name)\n"
        "for name in symadv._HOME: getattr(symadv, name)\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    assert printed(code) == "[]"


def test_the_core_needs_neither_torch_nor_matplotlib() -> None:
    assert not {"torch", "matplotlib", "safetensors"} & set(requirements())
    assert {"torch", "safetensors"} <= set(requirements("torch")) and "matplotlib" in requirements("plot")


def test_constraints_lie_within_the_declared_ranges() -> None:
    declared = requirements("torch", "plot", "prove", "test")
    pins = [Requirement(line) for line in (ROOT / "constraints.txt").read_text().split()]
    assert {pin.name for pin in pins} >= {"torch", "sympy"}
    for pin in pins:
        ((operator, version),) = [(s.operator, s.version) for s in pin.specifier]
        assert operator == "==" and declared[pin.name].specifier.contains(version)


def test_every_library_that_is_imported_is_declared() -> None:
    distribution = {"flint": "python-flint", "z3": "z3-solver"}
    declared = {*requirements("torch", "plot", "prove", "attacks"), "symadv"}
    for file in (ROOT / "symadv").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for top in {name.partition(".")[0] for name in names} - sys.stdlib_module_names:
                assert distribution.get(top, top) in declared, f"{file.name} imports {top}"


def test_the_package_is_typed_and_versioned() -> None:
    assert (ROOT / "symadv" / "py.typed").exists()
    try:
        assert importlib.metadata.version("symadv") == symadv.__version__
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("symadv is not installed, it runs from its folder")
