"""App registration."""

from django.apps import AppConfig


class FraudConfig(AppConfig):
    """Fraud detection."""

    name = "fraud"
    verbose_name = "Fraud detection"

    def ready(self) -> None:
        """Let a customer's profile show the trust that is kept here."""
        from accounts import registry  # noqa: PLC0415 -- models are not loaded earlier
        from fraud import selectors  # noqa: PLC0415

        registry.profile_facts["trust_score"] = selectors.trust_score
