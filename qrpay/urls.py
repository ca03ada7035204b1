"""Addresses."""

from django.urls import URLPattern, path

from qrpay import published_keys

urlpatterns: list[URLPattern] = [
    path(".well-known/securebank-qr-keys", published_keys.code_keys, name="qr-keys"),
]
