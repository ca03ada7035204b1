"""REST addresses of the QR room."""

from django.urls import URLPattern, path

from qrpay.api import codes, detect

urlpatterns: list[URLPattern] = [
    path("blockchain/generate-qr", codes.CodeCreate.as_view(), name="api-code-create"),
    path("blockchain/verify-qr", codes.CodeVerifyAndPay.as_view(), name="api-code-verify-and-pay"),
    path("transactions/qr", codes.CodePay.as_view(), name="api-code-pay"),
    path("transactions/qr/verify", codes.CodeVerify.as_view(), name="api-code-verify"),
    path("qr/detect", detect.Detect.as_view(), name="api-qr-detect"),
    path("qr/detect/batch", detect.DetectBatch.as_view(), name="api-qr-detect-batch"),
    path("qr/model/info", detect.ModelInfo.as_view(), name="api-qr-model-info"),
    path("qr/scans", detect.ScanList.as_view(), name="api-qr-scans"),
    path("qr/scans/<uuid:scan_id>", detect.ScanDetail.as_view(), name="api-qr-scan"),
]
