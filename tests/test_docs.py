"""The pages keep pace with the house: what they link to and name is really there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = ROOT / "docs" / "decisions"

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
# In backquotes, or a line of its own; prose may say "make sure".
COMMAND = re.compile(r"(?:`make ([a-z]+)|^make ([a-z]+)(?: [A-Z]+=\S+)*$)", re.MULTILINE)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def heading_anchors(text: str) -> set[str]:
    """Return the anchors a reader's viewer gives to the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path) -> list[str]:
    """List the links of a page that lead to no file, or to no heading of it."""
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        is_page = target.suffix == ".md" and target.is_file()
        if not target.exists() or (
            anchor and is_page and anchor not in heading_anchors(target.read_text(encoding="utf-8"))
        ):
            broken.append(link)
    return broken


@each_page
def test_a_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


@each_page
def test_a_make_command_exists(page: Path) -> None:
    found = COMMAND.finditer(page.read_text(encoding="utf-8"))
    named = {match[1] or match[2] for match in found}
    assert named <= set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


def test_the_index_lists_every_decision() -> None:
    index = (DECISIONS / "0000-index.md").read_text(encoding="utf-8")
    pages = {path.name for path in DECISIONS.glob("*.md")} - {"0000-index.md"}
    assert set(LINK.findall(index)) == pages


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One Title\n[a](gone.md) [b](#one-title) [c](#other) [d](page.md)\n")
    assert broken_links(page) == ["gone.md", "#other"]
