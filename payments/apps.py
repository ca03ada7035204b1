"""App registration."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments."""

    name = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        """Hear from the books when the time of a held payment is over, and when a block was mined."""
        from ledger import registry  # noqa: PLC0415 -- models are not loaded earlier
        from payments import notifications  # noqa: PLC0415
        from payments.services import reviews  # noqa: PLC0415

        registry.on_hold_expired.append(reviews.end_unreviewed)
        registry.on_block_mined.append(notifications.announce_block)
