"""App registration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People."""

    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Listen to the packages that sign people in, and offer staff's own actions for approval."""
        from accounts import sign_in_events  # noqa: PLC0415 # models aren't there before
        from accounts.services import staff_actions  # noqa: PLC0415

        sign_in_events.connect()
        staff_actions.register_all()
