"""Pages of QR payments."""

from django.urls import URLPattern, URLResolver, path

from qrpay import published_keys
from qrpay.views import codes, history, review, scan

urlpatterns: list[URLPattern | URLResolver] = [
    path("code", codes.my_code, name="my-code"),
    path("code/new", codes.new, name="code-new"),
    path("code/<uuid:code_id>", codes.code, name="code"),
    path("code/<uuid:code_id>/code.png", codes.png, name="code-png"),
    path("code/<uuid:code_id>/code.svg", codes.svg, name="code-svg"),
    path("code/<uuid:code_id>/poster.pdf", codes.poster, name="code-poster"),
    path("code/<uuid:code_id>/withdraw", codes.withdraw, name="code-withdraw"),
    path("scan", scan.scan, name="scan"),
    path("scan/<uuid:draft_id>", review.review, name="scan-review"),
    path("scan/<uuid:draft_id>/challenge", review.challenge, name="scan-challenge"),
    path("scans", history.scans, name="scans"),
    path("scans/<uuid:scan_id>/heat-map.png", history.heat_map, name="heat-map"),
    path(".well-known/securebank-qr-keys", published_keys.code_keys, name="qr-keys"),
]
