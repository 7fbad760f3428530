"""What every page must be: valid HTML, one h1 that begins the title, labelled inputs, unique ids."""

from collections import Counter

import html5lib
from django.test import Client

TOLERATED = {
    # html5lib knows neither custom elements nor newer attributes; its parse errors below are not about us
    "unexpected-null-character",
}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


def _text(node) -> str:
    return " ".join("".join(node.itertext()).split())


def check_page(html: str) -> None:
    """Raise AssertionError when `html` is not a page that we would show anyone."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False, strict=False)
    page = parser.parse(html)
    errors = [(position, code) for position, code, _data in parser.errors if code not in TOLERATED]
    assert not errors, errors[:5]
    headings = page.findall(".//h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    title = _text(page.find(".//title"))
    assert title.startswith(_text(headings[0])), (title, _text(headings[0]))
    ids = Counter(node.get("id") for node in page.iter() if node.get("id"))
    twice = [name for name, count in ids.items() if count > 1]
    assert not twice, twice
    _check_labels(page)
    styled = [node.tag for node in page.iter() if node.get("style") or node.get("onclick")]
    assert not styled, f"inline style or script on {styled[:3]}"


def _check_labels(page) -> None:
    labelled = {label.get("for") for label in page.findall(".//label")}
    wrapped = {id(node) for label in page.findall(".//label") for node in label.iter()}
    for tag in ("input", "select", "textarea"):
        for node in page.findall(f".//{tag}"):
            named = (
                node.get("type") in UNLABELLED
                or node.get("id") in labelled
                or id(node) in wrapped
                or node.get("aria-label")
                or node.get("aria-labelledby")
            )
            assert named, f"no label for {tag} {node.get('name')}"


class PageClient(Client):
    """Django's test client, which checks every whole HTML page that is answered with 200."""

    def request(self, **request):
        response = super().request(**request)
        html = response.get("Content-Type", "").startswith("text/html")
        if html and response.status_code == 200 and not request.get("PATH_INFO", "").startswith("/admin/"):
            content = response.content.decode()
            if content.lstrip().lower().startswith("<!doctype"):
                check_page(content)
        return response
