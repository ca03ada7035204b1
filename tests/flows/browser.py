"""How browsers are started for tests and photographs, and which pages they visit."""

from typing import Final

CHROMIUM_ARGUMENTS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

VISITOR_PAGES: Final = ["/", "/account/login/", "/account/signup/", "/account/password/reset/", "/receipts/check"]
CUSTOMER_PAGES: Final = [
    "/",
    "/send",
    "/voice",
    "/requests",
    "/requests/new",
    "/activity",
    "/payees",
    "/limits",
    "/deposit",
    "/statements",
    "/notifications",
    "/notifications/preferences",
    "/notifications/webhooks",
    "/security",
    "/security/pin",
    "/security/devices",
    "/account/sessions/",
    "/account/2fa/",
    "/account/email/",
    "/account/password/change/",
    "/account/logout/",
    "/profile",
    "/you",
    "/accounts/new",
    "/chain",
    "/receipts/check",
    "/code",
    "/code/new",
    "/scan",
    "/scans",
]
