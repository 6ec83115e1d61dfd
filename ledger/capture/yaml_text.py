"""YAML as what was written: mappings, lists, and scalars whose type nobody has guessed.

YAML 1.1 reads `no` as false, `2024-05-01` as a date, `1.10` as 1.1 and `010` as 8. Here an unquoted
scalar stays `Plain` text, and the schema of the field says what it means; a quoted one is a string.
Refused are names that come twice, anchors and tags: metadata has no use for them, and they are how
a small file becomes a huge one.
"""

from typing import Any

from ledger.capture.values import Plain
from ledger.errors import InputError

# What YAML itself makes of plain text, mappings and lists. Which of the scalars does not matter.
_KNOWN = frozenset(
    ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)


class Mapping(dict[str, object]):
    """A mapping that knows on which line it begins."""

    line = 0


def read_yaml(data: bytes, where: str) -> object:
    """Return the one document in `data`, or None if there is nothing in it.

    Raises:
        InputError: It is no YAML, or uses what is refused; with the line.
    """
    import yaml

    # The C parser reads a hundred thousand rules in seconds, not minutes.
    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_class(data)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{where}: not YAML: {_one_line(error)}") from error
    except RecursionError as error:
        raise InputError(f"{where}: nested too deeply") from error
    return None if node is None else _Reader(where).value(node)


class _Reader:
    def __init__(self, where: str) -> None:
        self._where = where
        self._seen: set[int] = set()

    def value(self, node: Any) -> object:
        import yaml

        if id(node) in self._seen:
            raise self._error(node, "anchors (&, *) are not used here; write the value out")
        self._seen.add(id(node))
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _KNOWN:
            raise self._error(node, f"the tag {node.tag} is not used here")
        if isinstance(node, yaml.ScalarNode):
            text: str = node.value
            return text if node.style else Plain(text)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        return self._mapping(node)

    def _mapping(self, node: Any) -> Mapping:
        found = Mapping()
        found.line = node.start_mark.line + 1
        for key, item in node.value:
            name = self.value(key)
            if not isinstance(name, str):
                raise self._error(key, "a name must be a text")
            if str(name) in found:
                raise self._error(key, f"{str(name)!r} is there twice")
            found[str(name)] = self.value(item)
        return found

    def _error(self, node: Any, problem: str) -> InputError:
        return InputError(f"{self._where}, line {node.start_mark.line + 1}: {problem}")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
