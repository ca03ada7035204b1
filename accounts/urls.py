"""Pages of the people room."""

from django.urls import URLPattern, URLResolver, path

from accounts.views import bank_accounts, fragments, notifications, preferences, profile, reading, security, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("reading", reading.set_reading, name="reading"),
    path("you", profile.you, name="you"),
    path("profile", profile.show_profile, name="profile"),
    path("security", security.show_security, name="security"),
    path("security/pin", security.set_pin, name="pin"),
    path("security/devices", security.show_devices, name="devices"),
    path("security/devices/<uuid:device_id>/trust", security.trust_device, name="device-trust"),
    path("security/devices/<uuid:device_id>/revoke", security.revoke_device, name="device-revoke"),
    path("notifications", notifications.show_notifications, name="notifications"),
    path("notifications/preferences", preferences.choose, name="notification-preferences"),
    path("notifications/webhooks", webhooks.show_webhooks, name="webhooks"),
    path("notifications/webhooks/<uuid:webhook_id>/test", webhooks.try_out, name="webhook-test"),
    path(
        "notifications/webhooks/<uuid:webhook_id>/rotate-secret", webhooks.rotate_secret, name="webhook-rotate-secret"
    ),
    path("notifications/webhooks/<uuid:webhook_id>/remove", webhooks.remove, name="webhook-remove"),
    path("notifications/read", notifications.read_all, name="notifications-read-all"),
    path("notifications/<uuid:notification_id>/read", notifications.read_notification, name="notification-read"),
    path("accounts/new", bank_accounts.open_account, name="account-new"),
    path("accounts/<uuid:account_id>/rename", bank_accounts.rename, name="account-rename"),
    path("accounts/<uuid:account_id>/freeze", bank_accounts.change, {"verb": "freeze"}, name="account-freeze"),
    path("accounts/<uuid:account_id>/unfreeze", bank_accounts.change, {"verb": "unfreeze"}, name="account-unfreeze"),
    path("accounts/<uuid:account_id>/close", bank_accounts.change, {"verb": "close"}, name="account-close"),
    path("fragments/unread", fragments.unread, name="unread-fragment"),
    path("fragments/bar-balance", fragments.bar_balance, name="bar-balance-fragment"),
]
