"""Just enough of Django for what is measured without a bank."""

import os

from django.conf import settings


def configure() -> None:
    """Give the children that read pictures their number, and sentences their language."""
    settings.configure(QR_READERS=os.cpu_count() or 1, USE_I18N=False)
