"""REST addresses of the QR room."""

from django.urls import URLPattern, path

from qrpay.api import detect

urlpatterns: list[URLPattern] = [
    path("qr/detect", detect.Detect.as_view(), name="api-qr-detect"),
    path("qr/detect/batch", detect.DetectBatch.as_view(), name="api-qr-detect-batch"),
    path("qr/model/info", detect.ModelInfo.as_view(), name="api-qr-model-info"),
    path("qr/scans", detect.ScanList.as_view(), name="api-qr-scans"),
    path("qr/scans/<uuid:scan_id>", detect.ScanDetail.as_view(), name="api-qr-scan"),
]
