"""Files that are being read: capture, started before there is a database to record them in.

Nothing here imports a database or a signing key. Two cores hash a gigabyte in the time that those
take to import and open, so the command line starts reading first.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.capture import (
    Captured,
    DocumentTree,
    DomainColumn,
    Failed,
    Metadata,
    Options,
    Progress,
    Survey,
    capture,
    survey,
)
from ledger.capture.tokens import Tokens


class Reading:
    """What a survey found, and each file's result in its order. Use it in a `with` statement."""

    def __init__(
        self, found: Survey, metadata: Metadata, options: Options, progress: Progress | None
    ) -> None:
        self.survey = found
        self.documents = options.documents
        self._results = capture(found, metadata, options=options, progress=progress)

    @classmethod
    def start(
        cls,
        paths: Sequence[str],
        *,
        settings: Sequence[str] = (),
        manifest: str | Path | None = None,
        sha256: bool = False,
        tokens: Tokens | None = None,
        domains: DomainColumn | None = None,
        documents: DocumentTree | None = None,
        exclude: Iterable[str] = (),
        progress: Progress | None = None,
    ) -> Self:
        """Start reading files, folders and URLs (see `Ledger.add`); leave out `exclude`."""
        metadata = Metadata.load(settings=settings, manifest=str(manifest) if manifest else None)
        found = survey(paths, exclude=[*exclude, *([str(manifest)] if manifest else [])])
        options = Options(sha256=sha256, tokens=tokens, domains=domains, documents=documents)
        return cls(found, metadata, options, progress)

    def __iter__(self) -> Iterator[Captured | Failed]:
        return self._results

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop reading what nobody will record."""
        self._results.close()
