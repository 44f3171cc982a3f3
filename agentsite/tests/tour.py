"""A walk through every page but the chat's, in every state: pictures and accessibility tests stop at each."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from accounts.demo import DEMO_ACCOUNTS
from conftest import LiveSite
from conversations.tests.scratch import ScratchSite

NEWCOMER = "newcomer@example.com"
COLLECTOR = "collector@example.com"
PASSWORD = "a-login-password"
DEMO = DEMO_ACCOUNTS[0]

Stop = Callable[[str], None]
"""Called at each state, by its name."""


@contextmanager
def touring_site(folder: Path) -> Iterator[LiveSite]:
    """A demo site with one who has nothing yet and one who has 10,000 stores; and with pages that fail."""
    with ScratchSite() as scratch:
        scratch.environment |= {"DJANGO_SETTINGS_MODULE": "agentsite.tests.touring_settings", "DEMO": "1"}
        site = LiveSite(scratch, folder / "server.log")
        site.manage("load_demo")
        for email in (NEWCOMER, COLLECTOR):
            site.manage("create_user", email, "--password", PASSWORD)
        rows = "".join(f"{word} {number:04},212-555-{number:04}\n" for word, number in _names())
        (folder / "many.csv").write_text(f"name,phone\n{rows}")
        site.manage("import_stores", str(folder / "many.csv"), "--user", COLLECTOR)
        try:
            site.start()
            yield site
        finally:
            site.close()


def _names() -> Iterator[tuple[str, int]]:
    words = "Alder Birch Cedar Elm Fir Hazel Juniper Larch Maple Oak Pine Rowan Spruce Willow Yew".split()
    return ((words[number * len(words) // 10_000], number) for number in range(10_000))


def walk(browser: Browser, site: LiveSite, stop: Callable[[Page, str], None]) -> None:
    """All of it. Each part is somebody else's, in a browser of its own."""
    for part in (_strangers, _demo_users, _newcomers, _collectors):
        context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 800})
        page = context.new_page()
        part(page, lambda name, page=page: stop(page, name))  # type: ignore[misc]
        context.close()


def log_in(page: Page, email: str, password: str, path: str = "/settings/") -> None:
    page.goto(f"/accounts/login/?next={path}")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.locator("form:has(input[type=password])").get_by_role("button", name="Log in", exact=True).click()


def _strangers(page: Page, stop: Stop) -> None:
    page.goto("/")
    stop("home")
    page.goto("/accounts/login/")
    stop("log-in")
    log_in(page, "nobody@example.com", "wrong")
    stop("log-in-error")
    page.goto("/accounts/signup/")
    stop("sign-up")
    page.get_by_label("Email").fill("new@example.com")
    page.get_by_label("Password", exact=True).fill("12345")
    page.get_by_label("Password (again)").fill("12346")
    page.get_by_role("main").get_by_role("button", name="Create account").click()
    stop("sign-up-error")
    page.goto("/accounts/password/reset/")
    stop("password-reset")
    for status in (400, 403, 404, 413, 429, 500):
        page.goto("/nowhere/" if status == 404 else f"/fails/{status}/")
        stop(str(status))


def _demo_users(page: Page, stop: Stop) -> None:
    """Somebody who has set everything up."""
    log_in(page, DEMO.email, DEMO.password, "/stores/")
    stop("directory-locked")
    page.get_by_text("Numbers are hidden. Show them").click()
    stop("directory-unlock")
    page.goto("/stores/?q=0123")
    stop("directory-number-locked")
    page.goto("/stores/?q=golden gate bakery")
    stop("directory-no-match")
    page.goto("/stores/unlock/")
    page.get_by_label("Passphrase").fill("not it")
    page.get_by_role("button", name="Unlock").click()
    stop("unlock-error")
    page.goto("/stores/export/")
    stop("export")
    page.get_by_label("vCard").check()
    page.get_by_label("Passphrase").fill("not it")
    page.get_by_role("button", name="Download").click()
    stop("export-refused")
    _edit(page, stop)
    page.goto("/stores/unlock/")
    page.get_by_label("Passphrase").fill(DEMO.passphrase)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("link", name=re.compile("^Call")).first).to_be_visible()
    stop("directory-unlocked")
    for box in page.locator("input[name=store]").all()[1:4]:
        box.check()
    stop("directory-selected")
    page.get_by_role("button", name="Delete selected").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    stop("directory-undo")
    page.goto("/stores/deleted/")
    stop("directory-deleted")
    page.goto("/stores/export/")
    stop("export-unlocked")
    page.goto("/settings/")
    stop("settings")
    page.goto("/settings/passphrase/change/")
    stop("passphrase-change")


def _edit(page: Page, stop: Stop) -> None:
    page.goto("/stores/add/")
    page.get_by_label("Name").fill("Corner Shop")
    page.get_by_label("Number").fill("12")
    page.get_by_role("button", name="Save").click()
    stop("store-add-error")
    page.get_by_label("Name").fill(f"The {'very ' * 12}long name of a shop")
    page.get_by_label("Number").fill("415-555-0176")
    page.get_by_label("Note").fill("Closed on Mondays, ask for Maria in the back office, deliveries before nine only")
    page.get_by_role("button", name="Save").click()
    page.goto("/stores/?q=the very very")
    stop("directory-long")
    page.goto("/stores/")
    name = page.locator(".stores-name").first
    said = name.inner_text()
    name.click()
    stop("store-edit")
    page.goto("/stores/add/")
    page.get_by_label("Name").fill(said)
    page.get_by_label("Number").fill("415-555-0177")
    page.get_by_role("button", name="Save").click()
    stop("store-same-name")


def _newcomers(page: Page, stop: Stop) -> None:
    log_in(page, NEWCOMER, PASSWORD)
    stop("settings-fresh")
    page.goto("/stores/")
    stop("directory-empty")
    page.goto("/stores/export/")
    stop("export-empty")
    page.goto("/stores/deleted/")
    stop("directory-deleted-none")
    page.goto("/settings/passphrase/set/")
    stop("passphrase-set")
    page.goto("/accounts/password/change/")
    stop("password-change")
    page.goto("/accounts/2fa/")
    stop("two-factor")
    page.goto("/accounts/2fa/totp/activate/")
    stop("confirm")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    stop("totp-activate")
    secret = page.locator("#secret").input_value()
    page.get_by_label("code").fill(format_hotp_value(hotp_value(secret, int(time()) // 30)))
    page.get_by_role("button", name="Turn on").click()
    stop("recovery-codes")
    page.goto("/accounts/2fa/")
    stop("two-factor-on")
    page.goto("/accounts/email/")
    stop("email")
    page.goto("/accounts/logout/")
    stop("log-out")
    page.get_by_role("main").get_by_role("button").first.click()
    log_in(page, NEWCOMER, PASSWORD)
    stop("totp-code")


def _collectors(page: Page, stop: Stop) -> None:
    log_in(page, COLLECTOR, PASSWORD, "/stores/")
    expect(page.get_by_text("10,000 stores", exact=True)).to_be_visible()
    stop("directory-many")
    page.route("**/stores/?after=*", lambda route: None)  # never answered: the rows are on their way
    page.evaluate("addEventListener('resize', () => scrollTo(0, 1e6)); scrollTo(0, 1e6)")
    expect(page.locator(".stores-more.htmx-request")).to_be_visible()
    stop("directory-loading")
    page.goto("/stores/export/")
    stop("export-no-passphrase")
