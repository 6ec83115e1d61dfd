"""The pages in a real browser: judged by axe-core, light and dark, at every width, on paper."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

from ledger.summary import html
from ledger.summary.document import Document
from ledger.summary.eu import summarise
from ledger.summary.facts import DomainTally
from ledger.summary.regime import find_regime
from tests.summary.example import DOMAINS, example, filing
from tests.summary.test_html_pages import CHARTS, EXAMPLE
from tests.summary.test_renderers import with_payload

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed")

MANY = DomainTally(
    ranked=tuple(f"site-{place:05}.example" for place in range(50_000)),
    total=50_000,
    digest=DOMAINS.digest,
    suffix_list=DOMAINS.suffix_list,
)
DOCUMENTS: dict[str, Document] = {
    "full": replace(
        EXAMPLE,
        show="figures",
        charts=CHARTS,
        link="https://example.org/m-1",
        no_later_than="2026-11-24T09:15:02Z",
        standing="A working copy.",
    ),
    "empty": summarise(filing()),
    "ab2013": find_regime("ab2013").fill(example()),
}
WIDE: dict[str, Document] = {
    **DOCUMENTS,
    "domains": summarise(example(domains=MANY)),
    "long": with_payload("x" * 10_000),
    "cjk": with_payload("語" * 10_000),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a head, and without calls home."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every page in it."""
    folder = tmp_path_factory.mktemp("pages")
    for name, document in WIDE.items():
        (folder / f"{name}.html").write_bytes(html.render(document))
    return folder


def opened(page: Page, path: Path) -> list[str]:
    """Open a page; return the list that its complaints and requests are noted in."""
    noted: list[str] = []
    page.on("console", lambda message: noted.append(message.text))
    page.on("pageerror", lambda error: noted.append(str(error)))
    page.goto(path.as_uri())
    page.on("request", lambda request: noted.append(request.url))
    return noted


def judged(page: Page, *rules: str) -> dict[str, Any]:
    """Return what axe-core says of the page that is open; by all its rules if none is named."""
    page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {"resultTypes": ["violations", "incomplete"], "selectors": False}
    if rules:
        options["runOnly"] = rules
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return found


def check(found: dict[str, Any]) -> None:
    """Check that nothing is wrong, and that only drawn boxes could not be judged.

    A box of a tick is no text; it has the colours of the label beside it, which is.
    """
    wrong = [(one["id"], node["html"]) for one in found["violations"] for node in one["nodes"]]
    assert wrong == []
    unsure = [node["html"] for one in found["incomplete"] for node in one["nodes"]]
    assert [node for node in unsure if not node.startswith('<span class="box"')] == []
    assert "color-contrast" in {one["id"] for one in found["passes"]}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_axe_finds_nothing(browser: Browser, folder: Path, name: str) -> None:
    page = browser.new_page(color_scheme="light")
    noted = opened(page, folder / f"{name}.html")
    check(judged(page))
    page.emulate_media(color_scheme="dark")
    check(judged(page, "color-contrast"))
    assert noted == []
    page.close()


@pytest.mark.parametrize("name", WIDE)
def test_nothing_is_wider_than_the_window(browser: Browser, folder: Path, name: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    opened(page, folder / f"{name}.html")
    for width in (320, 740, 1100):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == width, width
    page.close()


def test_dark_is_dark_and_paper_is_white(browser: Browser, folder: Path) -> None:
    page = browser.new_page(color_scheme="dark")
    opened(page, folder / "full.html")
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(colour) == "rgb(22, 24, 27)"
    page.emulate_media(media="print")
    assert page.evaluate(colour) == "rgb(255, 255, 255)"
    page.close()


def test_the_keyboard_reaches_the_answers_first(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    opened(page, folder / "full.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#answers")
    page.close()
