"""Django's command line for SecureBank."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from securebank.up import attach

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "securebank.settings")
    attach.join(Path(__file__).resolve().parent)
    execute_from_command_line(sys.argv)
