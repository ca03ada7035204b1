"""App registration."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments."""

    name = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Hear from the books when the time of a held payment is over, and offer reversals for approval."""
        from accounts.services import approvals  # noqa: PLC0415 -- models are not loaded earlier
        from ledger import registry  # noqa: PLC0415
        from payments.services import reversals, reviews  # noqa: PLC0415

        registry.on_hold_expired.append(reviews.end_unreviewed)
        approvals.register(reversals.REVERSE_PAYMENT, reversals.execute)
