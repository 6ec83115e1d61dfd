"""The progress bar of `ledger add`: bytes, files a second, time left."""

from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ledger.cli.output import Output

if TYPE_CHECKING:
    from tqdm import tqdm


class ProgressBar:
    """Shows how far capture is, on a terminal only (see `ledger.capture.Progress`)."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._bar: tqdm[Any] | None = None
        self._files = 0
        self._total = 0
        self._since = monotonic()

    def begin(self, *, files: int, size: int) -> None:
        """The survey is known: so many files, so many bytes."""
        self._total = files
        if self._output.quiet or not self._output.err.isatty():
            return
        from tqdm import tqdm

        self._bar = tqdm(
            total=size,
            unit="B",
            unit_scale=True,
            file=self._output.err,
            dynamic_ncols=True,
            leave=False,
            bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} {rate_fmt}, {remaining} left{postfix}",
        )

    def advance(self, *, files: int, size: int) -> None:
        """So many more files are done, and so many more bytes read."""
        self._files += files
        if self._bar is not None:
            seconds = max(monotonic() - self._since, 0.001)
            rate = f"{self._files:,}/{self._total:,} files, {self._files / seconds:,.0f}/s"
            self._bar.set_postfix_str(rate, refresh=False)
            self._bar.update(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()
