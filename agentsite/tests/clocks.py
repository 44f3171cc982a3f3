"""The clock of a page in a browser."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page


def freeze(page: Page) -> None:
    """Stop it: what a page shows for a moment stays, and what it does after a while it does at `page.clock.run_for`."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
