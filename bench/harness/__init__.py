"""What the benchmarks share: a scratch database, servers pinned to a core, what the kernel says of them, a driver."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentsite.settings")

import django  # noqa: E402

django.setup()
