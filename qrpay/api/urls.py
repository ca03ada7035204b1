"""Addresses."""

from django.urls import URLPattern, path

from qrpay.api import codes

urlpatterns: list[URLPattern] = [
    path("blockchain/generate-qr", codes.CodeCreate.as_view(), name="api-code-create"),
    path("blockchain/verify-qr", codes.CodeVerifyAndPay.as_view(), name="api-code-verify-and-pay"),
    path("transactions/qr", codes.CodePay.as_view(), name="api-code-pay"),
    path("transactions/qr/verify", codes.CodeVerify.as_view(), name="api-code-verify"),
]
