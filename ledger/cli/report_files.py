"""An audit's report as files: one for programs, and pages for people."""

from pathlib import Path
from typing import Final

from ledger.cli.places import near, shown_path
from ledger.errors import InputError
from ledger.query.report import Report

FORMATS: Final = (".json", ".html", ".pdf")


def write_report(report: Report, path: Path) -> list[Path]:
    """Write a report, all its files or none, and return their paths.

    `report.json` is the report alone; `report.html` or `report.pdf` are pages, with the report for
    programs beside them; a name without an ending is report and page.

    Raises:
        InputError: A file is there and is another report, or the format is none of a report.
    """
    if path.suffix not in ("", *FORMATS):
        raise InputError(
            f"a report has no format {path.suffix[:20]!r}",
            hint=f"--report {shown_path(path.with_suffix('.html'))}",
        )
    wanted = {".json", path.suffix or ".html"}
    files = {path.with_suffix(form): _written(report, form) for form in FORMATS if form in wanted}
    for one, data in files.items():
        if one.exists() and one.read_bytes() != data:
            raise InputError(
                f"{near(one)} is there already, and is another report",
                hint=f"--report {shown_path(path.with_stem(f'{path.stem}-2'))}",
            )
    from ledger.client.summarising import write_files

    write_files(files)
    return list(files)


def _written(report: Report, form: str) -> bytes:
    if form == ".json":
        return report.to_bytes()
    if form == ".html":
        from ledger.summary.report_html import render as page

        return page(report)
    from ledger.render.pdf.report import render as pages

    return pages(report)
