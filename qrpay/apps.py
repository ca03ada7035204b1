"""App registration."""

from django.apps import AppConfig


class QrpayConfig(AppConfig):
    """Pay by QR."""

    name = "qrpay"
    verbose_name = "QR payments"
