"""The site's settings with pages that only fail, to see what is shown then."""

from agentsite.settings import *  # noqa: F403

ROOT_URLCONF = "agentsite.tests.touring_urls"
