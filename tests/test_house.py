"""The house as a visitor finds it: few things at the door, and each in its place."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

import ledger

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = [path for folder in ("ledger", "api") for path in sorted((ROOT / folder).rglob("*.py"))]

FOLDERS = {"ledger", "api", "migrations", "tests", "docs"}
FILES = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile"}

LONGEST_FILE = 450
LONGEST_FUNCTION = 60


def top_level() -> set[str]:
    """Return the names at the top that are kept: in git, or all when this is no clone."""
    git = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    names = git.stdout.split("\0") if git.returncode == 0 else [p.name for p in ROOT.iterdir()]
    return {name.split("/")[0] for name in names if name and not name.startswith(".")}


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    assert top_level() - FOLDERS - FILES == set()
    assert [name for name in sorted(FOLDERS | FILES) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_names_the_two_commands(command: str) -> None:
    assert command in README


def test_the_licence_is_the_whole_licence() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("top", ["ledger", "api", "tests"])
def test_every_folder_with_code_is_a_package(top: str) -> None:
    folders = {path.parent for path in (ROOT / top).rglob("*.py")}
    assert [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()] == []


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_a_lock_file_has_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / ".requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pins = [line for line in lines if not line.startswith("    --hash=sha256:")]
    assert pins
    assert all("==" in pin and pin.endswith(" \\") for pin in pins)
    assert not any("://" in line or "@" in line or "--index" in line for line in lines)


def test_the_locked_versions_of_demo_and_tests_agree() -> None:
    run, dev = (
        {line for line in (ROOT / ".requirements" / name).read_text().splitlines() if "==" in line}
        for name in ("run.txt", "dev.txt")
    )
    assert run <= dev


def test_the_changelog_speaks_of_this_version_or_the_next() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## Unreleased" in text or f"## {ledger.__version__}" in text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_and_no_function_outgrows_its_reader(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= LONGEST_FILE
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert long == {}


def test_the_wheel_holds_the_code_the_migrations_and_nothing_else(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("training_data_ledger-*.whl")
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {
        "ledger",
        "api",
        "migrations",
        f"training_data_ledger-{ledger.__version__}.dist-info",
    }
    assert {"ledger/py.typed", "api/py.typed", "migrations/env.py"} <= set(names)


def test_the_verifier_needs_two_packages_and_they_come_first() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [need.split(">")[0] for need in project["dependencies"][:2]] == [
        "blake3",
        "cryptography",
    ]
