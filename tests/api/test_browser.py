"""The page in a real browser: drop, choose, paste; and nothing that leaves the server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from api.app import create_app
from tests.api.serving import serving
from tests.api.world import RELEASE, SHARD, World, open_world, reader_of, shard, signed

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed")

HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"


@pytest.fixture(scope="module")
def lab(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world, and in it a record whose text is an attack."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(world.folder, folder, dirs_exist_ok=True)
    opened = open_world(folder)
    opened.documents.update(world.documents)
    source = {"category": "other", "name": HOSTILE, "description": HOSTILE}
    opened.log.append([signed(shard("e.txt", source=source))])
    opened.log.publish()
    yield opened
    opened.log.close()


@pytest.fixture(scope="module")
def address(lab: World) -> Iterator[str]:
    """A server over the lab."""
    with serving(create_app(reader_of(lab), lab.settings)) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium without a head, and without calls home."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, opened; at the end nothing was complained of, and nothing went elsewhere."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    yield page
    assert complaints == []
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()


def verdict(page: Page) -> str:
    """Return the verdict that the page shows, once it does."""
    page.wait_for_selector("#result .verdict")
    return page.inner_text("#result h3")


def drop(page: Page, name: str, text: str) -> None:
    """Drop a file on the window."""
    page.evaluate(
        """([name, text]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], name));
            const options = { dataTransfer: transfer, bubbles: true, cancelable: true };
            for (const kind of ["dragenter", "dragover", "drop"])
                document.body.dispatchEvent(new DragEvent(kind, options));
        }""",
        [name, text],
    )


def paste(page: Page, text: str) -> None:
    """Open the text field with the keyboard, fill it, and check the text."""
    page.focus("#paste-open")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"
    page.fill("#text", text)
    page.focus("#text")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_dropped_evidence_is_verified_step_by_step(page: Page, lab: World) -> None:
    drop(page, "evidence.json", lab.evidence(SHARD).decode())
    assert verdict(page) == "Verified, but not witnessed"
    assert page.locator("#result .steps .holds").count() == 4
    assert "evidence.json" in page.inner_text("#result .verdict p")
    assert page.evaluate("document.activeElement.tagName") == "H3"


def test_pasted_evidence_is_verified_without_a_mouse(page: Page, lab: World) -> None:
    paste(page, lab.evidence(RELEASE).decode())
    assert verdict(page) == "Verified, but not witnessed"
    assert "example-1" in page.inner_text("#result .shown")


def test_a_chosen_document_is_verified(page: Page, lab: World) -> None:
    (path,) = [
        one
        for one in (lab.public / "documents").glob("*.html")
        if one.read_bytes() == lab.documents["2.html"]
    ]
    page.set_input_files("#file", path)
    assert verdict(page) == "Verified, but not witnessed"
    assert page.locator("#result .steps .holds").count() == 5


def test_tampered_evidence_fails_in_the_open(page: Page, lab: World) -> None:
    drop(page, "evidence.json", lab.evidence(RELEASE).decode().replace("example-1", "example-2"))
    assert verdict(page) == "Not verified"
    assert page.locator("#result .steps .holds").count() == 2
    assert "Records" in page.inner_text("#result .steps .fails")
    assert page.inner_text("#result .steps .later").split() == ["4", "Producers", "not", "reached"]


def test_a_file_of_another_kind_is_told_what_was_expected(page: Page) -> None:
    drop(page, "letter.txt", "Dear Sir or Madam")
    assert verdict(page) == "Not verified"
    assert "neither evidence nor a document" in page.inner_text("#result .reason")


def test_a_file_beyond_the_limit_is_not_sent(page: Page) -> None:
    drop(page, "large.bin", "x" * (8 * 2**20 + 1))
    assert verdict(page) == "Too large for this page"


def test_an_attack_in_a_record_is_shown_as_text(page: Page, lab: World) -> None:
    index = lab.log.store.head().size - 1
    drop(page, f"{HOSTILE[:40]}.json", lab.evidence(type(SHARD)(index, 0)).decode())
    assert verdict(page) == "Verified, but not witnessed"
    assert HOSTILE in page.inner_text("#result .shown")
    assert page.locator("#result img, #result script").count() == 0


def test_the_newest_file_has_the_word(page: Page, lab: World) -> None:
    drop(page, "first.json", lab.evidence(SHARD).decode())
    drop(page, "second.json", "{}")
    page.get_by_role("heading", name="Not verified").wait_for()
    assert "second.json" in page.inner_text("#result .verdict p")


def test_a_document_runs_no_script_even_if_it_holds_one(
    browser: Browser, address: str, lab: World
) -> None:
    name = "f" * 64 + ".html"
    attack = b"<!doctype html>\n<script>document.title = 'hacked'</script><p id=p>text</p>"
    (lab.public / "documents" / name).write_bytes(attack)
    page = browser.new_page()
    page.goto(f"{address}/api/v1/documents/{name}")
    assert page.inner_text("#p") == "text"
    assert page.title() == ""
    page.close()


def test_without_javascript_the_page_says_what_to_do(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert "ledger verify FILE" in page.inner_text("#check")
    context.close()


def test_the_page_prints_the_verdict_and_not_the_form(page: Page, lab: World) -> None:
    drop(page, "evidence.json", lab.evidence(SHARD).decode())
    assert verdict(page)
    page.emulate_media(media="print")
    assert not page.is_visible("#drop")
    assert page.is_visible("#result .verdict")
    page.emulate_media(media="screen")
