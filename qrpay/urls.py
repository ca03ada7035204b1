"""Pages of QR payments."""

from django.urls import URLPattern, URLResolver, path

from qrpay.views import scan

urlpatterns: list[URLPattern | URLResolver] = [
    path("scan", scan.scan, name="scan"),
    path("scans", scan.scan, name="scans"),
    path("code", scan.scan, name="my-code"),
]
