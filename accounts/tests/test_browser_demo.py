"""The demo in a real browser: one click on the home page, and one is in."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django import Settings

from accounts.demo import DEMO_ACCOUNTS
from conftest import LiveSite
from conversations.tests.scratch import ScratchSite


@pytest.mark.browser
def test_one_click_leads_in(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    with ScratchSite() as scratch:
        scratch.environment["DEMO"] = "1"
        scratch.manage("load_demo")
        site = LiveSite(scratch, tmp_path_factory.mktemp("demo") / "server.log")
        site.start()
        try:
            page = chromium.new_context(base_url=site.url).new_page()
            page.goto("/")
            page.get_by_role("button", name="Try the demo").click()
            expect(page.get_by_role("button", name="Log out")).to_be_visible()
            page.wait_for_load_state()
            page.goto("/stores/")
            expect(page.get_by_text("30 stores", exact=True)).to_be_visible()
        finally:
            site.close()


@pytest.mark.parametrize("demo", [True, False])
def test_only_a_demo_gives_its_accounts_away(settings: Settings, demo: bool) -> None:
    settings.DEMO = demo
    page = Client().get("/").content.decode()
    assert (DEMO_ACCOUNTS[0].password in page) is demo
    assert ("Try the demo" in page) is demo
    assert "Log in" in page
