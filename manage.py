#!/usr/bin/env python
"""Run the portal's administrative commands."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if sys.argv[1:2] == ["demo"]:  # settings read the switch, so it is set before they load
        os.environ.setdefault("DEMO", "on")
    execute_from_command_line(sys.argv)
