"""Metadata files: `ledger.yaml` beside the data, and manifests in YAML, JSON Lines or CSV.

    fields:                          # for every file here and below
      dataset.name: my corpus
      source: {category: crawled, crawl: {crawlers: [{name: MyBot}]}}
    rules:                           # later rules win, field path by field path
      - pattern: "fr/**"
        languages: [fr]

In JSON Lines a line is a rule, `{"pattern": "fr/**", "languages": ["fr"]}`; in CSV a row is, under
the header `pattern,languages`, and an empty cell says nothing. Names may be nested or dotted.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger.capture.globs import compile_glob
from ledger.capture.values import Assignment, Plain, assignments, unique_names
from ledger.errors import InputError, MalformedError
from ledger.record.schema import nearest


@dataclass(frozen=True, slots=True)
class Rule:
    """For names that the pattern matches, these assignments."""

    pattern: str
    matches: re.Pattern[str]
    assignments: tuple[Assignment, ...]
    where: str


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One metadata file: assignments for all files, then rules in order."""

    path: str
    everywhere: tuple[Assignment, ...] = ()
    rules: list[Rule] = field(default_factory=list)


def read_sheet(path: str, data: bytes) -> Sheet:
    """Return a metadata file's content; the format is told by the extension.

    Raises:
        InputError: It is not in that format, or a rule has no usable pattern; with line or row.
        MalformedError: A field does not exist or holds something else.
    """
    extension = path.rpartition(".")[2].lower()
    if extension in ("yaml", "yml"):
        sheet = _yaml_sheet(path, data)
    elif extension in ("jsonl", "ndjson"):
        sheet = Sheet(path, rules=list(_json_rules(path, _text(path, data))))
    elif extension == "csv":
        sheet = Sheet(path, rules=list(_csv_rules(path, _text(path, data))))
    else:
        raise InputError(f"{path}: a manifest is .yaml, .jsonl or .csv")
    if not sheet.everywhere and not sheet.rules:
        raise InputError(f"{path} says nothing", hint="give it fields: or rules:")
    return sheet


def _text(path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error}") from error


def _yaml_sheet(path: str, data: bytes) -> Sheet:
    from ledger.capture.yaml_text import Mapping, read_yaml

    top = read_yaml(data, path)
    if not isinstance(top, Mapping):
        raise InputError(f"{path}: expected a mapping with fields: and rules:")
    for name in top:
        if name not in ("fields", "rules"):
            raise InputError(
                f"{path}: there is no {name!r} here{nearest(name, ('fields', 'rules'))}",
                hint=f"fields of a record go under fields:, as in fields: {{{name}: …}}",
            )
    fields, rules = top.get("fields", {}), top.get("rules", [])
    if not isinstance(fields, dict):
        raise InputError(f"{path}: fields: expected a mapping")
    if not isinstance(rules, list):
        raise InputError(f"{path}: rules: expected a list")
    sheet = Sheet(path, tuple(_assign(fields, f"{path}, fields")))
    for number, rule in enumerate(rules, 1):
        line = f", line {rule.line}" if isinstance(rule, Mapping) else ""
        sheet.rules.append(_rule(rule, f"{path}{line}, rule {number}"))
    return sheet


def _json_rules(path: str, text: str) -> Iterator[Rule]:
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{path}, line {number}"
        if line.strip():
            try:
                rule = json.loads(line, object_pairs_hook=unique_names)
            except MalformedError as error:
                raise InputError(f"{where}: {error}") from error
            except (ValueError, RecursionError) as error:
                raise InputError(f"{where}: not JSON: {error}") from error
            yield _rule(rule, where)


def _csv_rules(path: str, text: str) -> Iterator[Rule]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if len(set(header)) != len(header):
            raise InputError(f"{path}: a column is there twice: {', '.join(header)}")
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            if len(row) > len(header):
                raise InputError(f"{where}: {len(row)} cells, the header has {len(header)}")
            cells = zip(header, row, strict=False)
            rule: dict[str, object] = {name: Plain(cell) for name, cell in cells if cell.strip()}
            if rule:
                yield _rule(rule, where)
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: not CSV: {error}") from error


def _rule(rule: object, where: str) -> Rule:
    if not isinstance(rule, dict):
        raise InputError(f"{where}: expected a mapping with pattern and fields")
    pattern = rule.get("pattern")
    if not isinstance(pattern, str):
        close = nearest("pattern", tuple(map(str, rule)))
        raise InputError(f"{where}: pattern is missing{close}", hint='pattern: "**" is every file')
    fields = {name: value for name, value in rule.items() if name != "pattern"}
    if not fields:
        raise InputError(f"{where}: pattern {pattern!r} says nothing about its files")
    try:
        matches = compile_glob(pattern)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    return Rule(str(pattern), matches, tuple(_assign(fields, where)), where)


def _assign(fields: dict[str, object], where: str) -> Iterator[Assignment]:
    for name, value in fields.items():
        yield from assignments(name, value, where)
