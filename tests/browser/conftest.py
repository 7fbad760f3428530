"""A real headless Chromium, and a reader that asks axe about every page it meets."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

PHONE = {"width": 360, "height": 800}
DESKTOP = {"width": 1440, "height": 900}
CHROMIUM = shutil.which("chromium")
MISSING = "needs Chromium (on Debian: apt-get install chromium)"


def pytest_collection_modifyitems(items):
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def browser():
    """Chromium for the session. Its event loop makes Django believe that it is async, which it is not."""
    assert CHROMIUM, MISSING
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")].filter(node => node.getBoundingClientRect().right > width)
    .map(node => node.outerHTML.slice(0, 120)).slice(-3);
}"""


class Reader:
    """One person at one screen, who notices script errors, faults of accessibility and sideways scrolling."""

    def __init__(self, browser, base: str, viewport: dict):
        self.base = base
        self.context = browser.new_context(
            base_url=base, viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda entry: entry.type == "error" and self.complaints.append(entry.text))
        self.page.on("response", lambda answer: answer.status >= 500 and self.complaints.append(answer.url))

    def check(self) -> Page:
        """Ask axe about the page that is open; return it. Raises AssertionError with what is wrong."""
        violations = Axe().run(self.page).response["violations"]
        found = [(entry["id"], entry["nodes"][0]["html"][:200]) for entry in violations]
        assert not found, (self.page.url, found)
        too_wide = self.page.evaluate(TOO_WIDE)
        assert not too_wide, f"{self.page.url} scrolls sideways: {too_wide}"
        assert not self.complaints, (self.page.url, self.complaints)
        return self.page

    def goto(self, path: str) -> Page:
        self.page.goto(path)
        return self.check()

    def look(self, language: str, large_text: str) -> None:
        """Choose the language of the pages from now on, and large text (on or off)."""
        wanted = {"django_language": language, "large_text": large_text}
        self.context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in wanted.items()])

    def sign_in(self, username: str, password: str) -> Page:
        self.goto("/account/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", password)
        return self.send("form:has([name=password])")

    def send(self, form: str) -> Page:
        """Press the button of the form that `form` selects, wait for the answer, check the page."""
        with self.page.expect_navigation():
            self.page.locator(form).locator("button:not([name])").last.click()
        return self.check()


@pytest.fixture
def server(db):
    """A server on the test's own connection, rolled back after it.

    pytest-django's live_server empties every table instead, which the append-only ones refuse.
    """
    live = LiveServer("localhost")
    yield live
    live.stop()


@pytest.fixture
def reader(browser, server):
    """Return a function that seats a person at a phone (or another viewport)."""
    seated: list[Reader] = []

    def seat(viewport: dict = PHONE) -> Reader:
        seated.append(Reader(browser, server.url, viewport))
        return seated[-1]

    yield seat
    for one in seated:
        one.context.close()
