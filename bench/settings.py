"""The settings of a benched site: those of production as far as plain http on 127.0.0.1 allows.

What is set by environment variables is set in `bench.harness.site`.
"""

import os
from pathlib import Path

from agentsite.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["BENCH_STATIC_ROOT"])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # As in production but for the compression, which takes seconds and serves no figure here.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
