"""Reading every page there is for somebody, as their browser would, from link to link."""

import re
from collections import Counter
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.test import Client

from accounts.models import User

MOST_OF_A_KIND = 3
"""Pages whose addresses differ by ids only."""
MOST_PAGES = 200
_LINK = re.compile(r"""(?:href|hx-get)=["']([^"']*)["']""")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b")
NOT_PAGES = ("/static/", "/accounts/logout")


def crawl(user: User, *starts: str) -> dict[str, str]:
    """The pages that `user` finds from these on, by address. Raises if one of them fails."""
    browser = Client()
    browser.force_login(user)
    pages: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    waiting = list(starts)
    while waiting and len(pages) < MOST_PAGES:
        address = waiting.pop(0)
        kind = _ID.sub("*", address)
        if address in pages or kinds[kind] >= MOST_OF_A_KIND:
            continue
        kinds[kind] += 1
        response = browser.get(address, follow=True)
        assert response.status_code < 500, address
        html = b"".join(response).decode(errors="replace")
        pages[address] = html
        if response.headers.get("Content-Type", "").startswith("text/html"):
            reached = response.redirect_chain[-1][0] if response.redirect_chain else address
            waiting += [link for link in _links(reached, html) if link not in pages]
    return pages


def is_of_somebody(address: str) -> bool:
    """Whether a page is about one thing of one person, by the id in its path."""
    return _ID.search(urlsplit(address).path) is not None


def _links(address: str, html: str) -> list[str]:
    links = []
    for found in _LINK.findall(html):
        target = urlsplit(urljoin(f"http://testserver{address}", unescape(found)))
        if target.netloc == "testserver" and not target.path.startswith(NOT_PAGES):
            links.append(f"{target.path}?{target.query}" if target.query else target.path)
    return links
