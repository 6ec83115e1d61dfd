"""A folder imports the folders above it, never below; and Part I is pure.

The order is the order in which one reads the house. An import counts wherever it stands, in a
function or under TYPE_CHECKING: leaning on a type is leaning too.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# What is true, then where it lives.
PART_ONE = [
    "errors",
    "content",
    "tree",
    "signing",
    "record",
    "checkpoint",
    "proof",
    "query",
    "summary",
]
# fmt: off
PART_TWO = [
    "render", "keys", "store", "log", "witness", "monitor", "capture", "client", "integrations",
    "cli", "api",
]
# fmt: on
ORDER = [*PART_ONE, *PART_TWO]

# The verifier's two dependencies, and the standard library without the outer world.
PURE_DEPENDENCIES = {"blake3", "cryptography"}
# fmt: off
IMPURE = {
    "asyncio", "concurrent", "ctypes", "getpass", "glob", "http", "logging", "mmap",
    "multiprocessing", "os", "pathlib", "platform", "queue", "random", "sched", "secrets",
    "select", "selectors", "shutil", "signal", "socket", "socketserver", "sqlite3", "ssl",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}
# fmt: on
# The harmless halves of modules that also do I/O.
PURE_PARTS = {"pathlib.PurePath", "pathlib.PurePosixPath", "urllib.parse"}
IMPURE_CALLS = {"open", "input", "print"}
CLOCK_METHODS = {"now", "today", "utcnow"}

SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("ledger", "api", "migrations")
    for path in (ROOT / folder).rglob("*.py")
    if path != ROOT / "ledger" / "__init__.py"  # the table of contents names every folder
)


def imports(tree: ast.Module, module: str, *, is_package: bool) -> Iterator[str]:
    """Yield the absolute dotted name of everything that `module` imports."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def floor(name: str) -> int | None:
    """Return where in `ORDER` a module or import lives; None when it is not ours."""
    first, *rest = name.split(".")
    if first == "api":
        return ORDER.index("api")
    if first != "ledger":
        return None
    if rest and rest[0] in ORDER:
        return ORDER.index(rest[0])
    # The version stands on no floor. Any other public name would pull in the whole house.
    return 0 if rest == ["__version__"] else len(ORDER)


def outward_calls(tree: ast.Module) -> Iterator[str]:
    """Yield the calls that reach a file, the terminal or the clock without an import."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield f"calls {name}()"
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCK_METHODS:
                yield f"asks the clock: .{name}()"


def is_pure(name: str) -> bool:
    """Say whether Part I may import `name`, which is not ours."""
    if any(name == part or name.startswith(f"{part}.") for part in PURE_PARTS):
        return True
    first = name.split(".")[0]
    return first in PURE_DEPENDENCIES or (first in sys.stdlib_module_names and first not in IMPURE)


def complaints(path: str, source: str) -> list[str]:
    """List what a module at `path` imports or calls and must not."""
    module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    tree = ast.parse(source)
    names = sorted(set(imports(tree, module, is_package=path.endswith("/__init__.py"))))
    if module.split(".")[0] == "migrations":
        return [f"imports {name}" for name in names if floor(name) is not None]
    own = floor(module)
    assert own is not None
    found = [f"imports {name}" for name in names if (floor(name) or 0) > own]
    if ORDER[own] in PART_ONE:
        found += [f"imports {name}" for name in names if floor(name) is None and not is_pure(name)]
        found += sorted(set(outward_calls(tree)))
    return found


@pytest.mark.parametrize("path", SOURCES)
def test_a_module_leans_only_on_what_stands_above_it(path: str) -> None:
    assert complaints(path, (ROOT / path).read_text(encoding="utf-8")) == []


def test_every_folder_has_its_place_in_the_order() -> None:
    folders = {path.split("/")[1].removesuffix(".py") for path in SOURCES if path[:6] == "ledger"}
    assert folders <= set(ORDER)


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("ledger/tree/a.py", "import os", "imports os"),
        ("ledger/tree/a.py", "def f():\n    from time import time", "imports time.time"),
        ("ledger/tree/a.py", "import sqlmodel", "imports sqlmodel"),
        ("ledger/tree/a.py", "from urllib import request", "imports urllib.request"),
        ("ledger/tree/a.py", "from pathlib import Path", "imports pathlib.Path"),
        ("ledger/tree/a.py", "from ledger.proof.verify import f", "imports ledger.proof.verify.f"),
        ("ledger/tree/a.py", "from ..proof import verify", "imports ledger.proof.verify"),
        ("ledger/tree/a.py", "from .. import store", "imports ledger.store"),
        ("ledger/tree/__init__.py", "from ..store import x", "imports ledger.store.x"),
        ("ledger/tree/a.py", "import ledger", "imports ledger"),
        ("ledger/tree/a.py", "from ledger import Ledger", "imports ledger.Ledger"),
        ("ledger/tree/a.py", "text = open('x').read()", "calls open()"),
        ("ledger/tree/a.py", "when = datetime.now()", "asks the clock: .now()"),
        ("ledger/errors.py", "from ledger.tree import hashing", "imports ledger.tree.hashing"),
        ("ledger/store/a.py", "import ledger.log.log", "imports ledger.log.log"),
        ("ledger/cli/a.py", "from api.app import create_app", "imports api.app.create_app"),
        ("migrations/env.py", "from ledger.store import x", "imports ledger.store.x"),
    ],
)
def test_a_wrong_import_is_reported(path: str, source: str, complaint: str) -> None:
    assert complaints(path, source) == [complaint]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("ledger/tree/a.py", "from .hashing import Hash\nfrom ..errors import LedgerError"),
        ("ledger/tree/a.py", "import hashlib, io, blake3\nfrom cryptography.x import y"),
        ("ledger/record/a.py", "from urllib.parse import quote\nfrom pathlib import PurePath"),
        ("ledger/store/a.py", "import os, sqlmodel\nfrom ledger.keys import x\nprint(open('x'))"),
        ("ledger/cli/a.py", "from ledger import __version__\nfrom ledger.client import client"),
        ("api/routes/a.py", "from api.deps import x\nfrom ledger.log.log import Log"),
        ("migrations/versions/0001_log.py", "import sqlalchemy, alembic"),
    ],
)
def test_a_right_import_is_not(path: str, source: str) -> None:
    assert complaints(path, source) == []
