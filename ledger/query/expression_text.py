"""Reading a query as people write it; an error says at which column, and what is near.

    query    one or one or …           one    part and part and …
    part     not part | ( query ) | term
    term     path = value | path != value | path in (value, …) | path not in (value, …)
    path     names of record fields, such as generator.provider
    value    a word, or a text in ' or ": doubled inside, the quotation mark stands for itself

`and` binds closer than `or`. A value is of the type of its field: 3 is a number where the field is
one. docs/disclosure.md describes it for users.
"""

import re
from typing import Final, NamedTuple, NoReturn
from unicodedata import normalize

from ledger.errors import InputError, MalformedError
from ledger.query.expression import All, Any, Not, Query, Scalar, Term
from ledger.record.kinds import SHARD
from ledger.record.schema import ListOf, MapOf, Object, Shape, lookup

MAX_LENGTH: Final = 4_096
_MAX_DEPTH: Final = 40
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<mark>!=|=|\(|\)|,)|(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")"""
    r"""|(?P<word>[^\s=!(),'"]+))"""
)
_PATH: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")
_WORDS: Final = ("and", "or", "not", "in")
_EXAMPLE: Final = "--where 'source.category=synthetic and generator.provider=OpenAI'"


class _Token(NamedTuple):
    """A mark, a text without its quotation marks, a word, or the end; and where it begins."""

    kind: str
    text: str
    column: int


def parse_query(text: str) -> Query:
    """Return the query that `text` states.

    Raises:
        InputError: It states none; with the column, and the nearest name of a field.
    """
    if len(text) > MAX_LENGTH:
        raise InputError(f"a query has at most {MAX_LENGTH:,} characters, not {len(text):,}")
    return _Parser(_tokens(normalize("NFC", text))).whole()  # as records write text


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            what = "a text that does not end" if text[start] in "'\"" else repr(text[start])
            _refuse(start + 1, f"{what}; expected a field, a comparison or a value")
        kind = str(match.lastgroup)
        word = match[kind]
        if kind == "text":
            quote = word[0]
            word = word[1:-1].replace(quote * 2, quote)
        found.append(_Token(kind, word, match.start(kind) + 1))
        at = match.end()
    return [*found, _Token("end", "", end + 1)]


class _Parser:
    """Goes over the tokens once, from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Query:
        """Return the query that all tokens state."""
        query = self._any()
        if self._next.kind != "end":
            self._expected("and, or, or the end")
        return query

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> _Token | None:
        """Return the next token and go past it, if it is one of these marks or words."""
        token = self._next
        if token.kind in ("mark", "word") and token.text.lower() in texts:
            self._at += 1
            return token
        return None

    def _any(self) -> Query:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self) -> Query:
        parts = [self._part()]
        while self._take("and"):
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _part(self) -> Query:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            _refuse(self._next.column, f"more than {_MAX_DEPTH} parts within one another")
        if self._take("not"):
            query: Query = Not(self._part())
        elif self._take("("):
            query = self._any()
            if not self._take(")"):
                self._expected("a closing parenthesis, and, or")
        else:
            query = self._term()
        self._depth -= 1
        return query

    def _term(self) -> Query:
        token = self._next
        if token.kind != "word" or not _PATH.fullmatch(token.text) or token.text in _WORDS:
            self._expected("a field, such as source.category")
        self._at += 1
        path = tuple(token.text.split("."))
        shape = _shape_at(path, token)
        negated = self._take("not")
        if self._take("in"):
            term = Term(path, self._several(shape, token.text))
            return Not(term) if negated else term
        mark = None if negated else self._take("=", "!=")
        if mark is None:
            self._expected("in" if negated else f"=, != or in, after {token.text}")
        term = Term(path, self._value(shape, token.text))
        return Not(term) if mark.text == "!=" else term

    def _several(self, shape: Shape, path: str) -> tuple[Scalar, ...]:
        if not self._take("("):
            self._expected("a list of values in parentheses")
        values = list(self._value(shape, path))
        while self._take(","):
            values += self._value(shape, path)
        if not self._take(")"):
            self._expected("a comma or a closing parenthesis")
        return tuple(values)

    def _value(self, shape: Shape, path: str) -> tuple[Scalar, ...]:
        """Return what the next token may mean at a place of this shape; nearly always one value."""
        token = self._next
        if token.kind not in ("word", "text"):
            self._expected(f"a value for {path}")
        self._at += 1
        meant = [one for one in _readings(token) if _fits(shape, one)]
        if not meant:
            try:
                shape.check(token.text, path)
            except MalformedError as error:
                _refuse(token.column, str(error))
        return tuple(meant)

    def _expected(self, what: str) -> NoReturn:
        token = self._next
        found = "the query ends here" if token.kind == "end" else f"found {token.text[:40]!r}"
        _refuse(token.column, f"{found}; expected {what}")


def _shape_at(path: tuple[str, ...], token: _Token) -> Shape:
    """Return the shape of one value at a path of shard records."""
    try:
        shape = lookup(SHARD, path)
    except MalformedError as error:
        _refuse(token.column, str(error))
    while isinstance(shape, ListOf):
        shape = shape.item
    if isinstance(shape, Object | MapOf):
        names = sorted(shape.members) if isinstance(shape, Object) else ["…"]
        members = ", ".join(f"{token.text}.{name}" for name in names[:8])
        _refuse(token.column, f"{token.text} has no value of its own; name a member: {members}")
    return shape


def _readings(token: _Token) -> list[Scalar]:
    """Return what a token could mean: text, and if it has no quotation marks a number or a flag."""
    readings: list[Scalar] = [token.text]
    if token.kind == "word":
        if re.fullmatch("-?(0|[1-9][0-9]{0,15})", token.text):
            readings.append(int(token.text))
        if token.text in ("true", "false"):
            readings.append(token.text == "true")
    return readings


def _fits(shape: Shape, value: Scalar) -> bool:
    try:
        shape.check(value, "")
    except MalformedError:
        return False
    return True


def _refuse(column: int, reason: str) -> NoReturn:
    raise InputError(f"the query, column {column}: {reason}", hint=_EXAMPLE)
