"""App registration."""

from django.apps import AppConfig


class VoiceConfig(AppConfig):
    """Pay by voice."""

    name = "voice"
    verbose_name = "Voice payments"
