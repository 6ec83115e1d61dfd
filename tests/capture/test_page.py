"""What docs/capture.md shows can be typed as it stands."""

import re
import shlex
from pathlib import Path

from ledger.capture.globs import compile_glob
from ledger.capture.sheets import read_sheet
from ledger.capture.values import parse_set

PAGE = (Path(__file__).parents[2] / "docs" / "capture.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


FILES = [block for block in BLOCKS if block[0] in ("yaml", "jsonl", "csv")]


def test_the_page_shows_the_same_metadata_in_three_forms_and_one_more_file() -> None:
    sheets = [read_sheet(f"page.{language}", text.encode()) for language, text in FILES]
    patterns = [[rule.pattern for rule in sheet.rules] for sheet in sheets]
    assert patterns == [["fr/**", "*.md"]] * 3 + [["books/**", "web/**", "web/de/*.jsonl"]]


def test_every_setting_on_the_page_is_one() -> None:
    words = shlex.split(next(text for language, text in BLOCKS if not language))
    settings = words[1::2]
    assert words[::2] == ["--set"] * len(settings)
    assert all(parse_set(setting) for setting in settings)
    for setting in re.findall(r"--set (?!path=)([\w.]+=[\w.-]+)", PAGE):
        assert parse_set(setting)


def test_every_pattern_on_the_page_is_one() -> None:
    table = PAGE.partition("### Patterns")[2].partition("## Who wins")[0]
    patterns = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    assert len(patterns) == 5
    assert all(compile_glob(pattern) for pattern in patterns)
