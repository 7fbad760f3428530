"""Pages of paper as PDF, through the optional extra `pdf`."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.functional import Promise

from accounts.errors import Refused

STYLE = "css/sheet.css"


def as_pdf(html: str, *, missing: Promise | str) -> bytes:
    """Return the page `html` as a PDF. Raises Refused with the sentence `missing` where the extra is not installed.

    A page may refer to nothing but data in the address itself, so that no name typed somewhere can make the server
    fetch from the network or read a file.
    """
    try:
        from weasyprint import CSS, HTML, URLFetcher  # noqa: PLC0415 - an optional extra, and slow to load
    except (ImportError, OSError) as error:  # OSError: the package is there, the libraries of the system are not
        raise Refused(missing) from error
    fetcher = URLFetcher(allowed_protocols=("data",))
    style = CSS(string=Path(finders.find(STYLE)).read_text(encoding="utf-8"), url_fetcher=fetcher)
    return HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[style])
