"""Reading the YAML files that people fill in, and saying what is wrong with them and where."""

from pathlib import Path
from typing import Any

from ledger.errors import InputError

LARGEST = 1_000_000
"""Bytes; such a file is a page or twenty."""


def read_yaml(path: Path) -> Any:
    """Return what a YAML file says; None for one that says nothing.

    Raises:
        FileNotFoundError: There is no such file.
        InputError: It cannot be read, is too large, is not UTF-8 or not YAML, or names a key twice.
    """
    return parse_yaml(read_bytes(path), path)


def parse_yaml(data: bytes, path: Path) -> Any:
    """Return what the bytes of a YAML file say (`read_yaml`); `path` is for messages."""
    return _parsed(_decoded(data, path), path)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file that people fill in (`read_yaml`)."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise InputError(f"{path} has more than {LARGEST:,} bytes; it is meant to be a few pages")
    return data


def _decoded(data: bytes, path: Path) -> str:
    hint = "save it as UTF-8"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(f"{path} is UTF-16, expected UTF-8", hint=hint)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"byte 0x{data[error.start]:02x} in line {line}"
        raise InputError(f"{path} is not UTF-8: {found}", hint=hint) from error


def _parsed(text: str, path: Path) -> Any:
    import yaml

    # A YAML stream may not hold these, and says it by a number; we say the line.
    for number, line in enumerate(text.split("\n"), 1):
        bad = next((char for char in line if ord(char) < 32 and char not in "\t\r"), "")
        if bad:
            raise InputError(f"{path}, line {number}: holds a control character, U+{ord(bad):04X}")
    try:
        return yaml.load(text, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        raise _mistake(error, text, path) from error
    except RecursionError as error:
        raise InputError(f"{path} is nested too deeply") from error
    except (yaml.YAMLError, ValueError) as error:
        # A date or number that YAML knows by its form and that there is not: 2026-13-45.
        said = str(error).partition(";")[0]
        raise InputError(
            f"{path}: a date or number that there is not: {said}", hint="put texts in quotes"
        ) from error


def _loader() -> type[Any]:
    import yaml

    class Loader(yaml.SafeLoader):
        """Refuses what a SafeLoader takes silently: of one key given twice, the last."""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
            seen: set[str] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value} is there twice", key.start_mark
                    )
                seen.add(str(key.value) if isinstance(key, yaml.ScalarNode) else "")
            return super().construct_mapping(node, deep=deep)

    return Loader


def _mistake(error: Any, text: str, path: Path) -> InputError:
    mark = error.problem_mark or error.context_mark
    number = mark.line + 1 if mark else 1
    lines = text.split("\n")
    line = lines[number - 1] if number <= len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return InputError(
            f"{path}, line {number}: begins with a tab", hint="indent by spaces, two for each level"
        )
    hint = None
    if error.problem == "mapping values are not allowed here":
        hint = 'a text with ": " in it needs quotes'
    elif "cannot start any token" in str(error.problem):
        hint = "put the text in quotes"
    return InputError(f"{path}, line {number}: {error.problem or 'is not YAML'}", hint=hint)
