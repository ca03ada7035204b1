"""The project: settings, wiring, and what every app shares."""

from securebank.celery import app as celery_app

__all__ = ["celery_app"]
