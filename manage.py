#!/usr/bin/env python
"""Django's command-line utility for Agentsite."""

import os
import sys

from django.core.management import execute_from_command_line

from agentsite.startup import plain_errors

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentsite.settings")
    with plain_errors():
        execute_from_command_line(sys.argv)
