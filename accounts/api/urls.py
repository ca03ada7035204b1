"""REST addresses of the people room."""

from django.urls import URLPattern, URLResolver, path

import accounts.api.schema  # noqa: F401 # tells the published schema how callers sign in
from accounts.api import bank_accounts, confirmations, notifications, payees, pin, sign_in_urls, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    *sign_in_urls.urlpatterns,
    path("accounts", bank_accounts.AccountList.as_view(), name="api-accounts"),
    path("accounts/<uuid:account_id>", bank_accounts.AccountDetail.as_view(), name="api-account"),
    path("accounts/<uuid:account_id>/freeze", bank_accounts.AccountFreeze.as_view(), name="api-account-freeze"),
    path("accounts/<uuid:account_id>/unfreeze", bank_accounts.AccountUnfreeze.as_view(), name="api-account-unfreeze"),
    path("accounts/<uuid:account_id>/close", bank_accounts.AccountClose.as_view(), name="api-account-close"),
    path("auth/confirmations", confirmations.ConfirmationCreate.as_view(), name="api-confirmations"),
    path(
        "auth/confirmations/challenge",
        confirmations.PasskeyChallengeCreate.as_view(),
        name="api-confirmation-challenge",
    ),
    path("auth/pin", pin.PinSet.as_view(), name="api-pin"),
    path("notifications", notifications.NotificationList.as_view(), name="api-notifications"),
    path("notifications/read-all", notifications.NotificationReadAll.as_view(), name="api-notifications-read-all"),
    path(
        "notifications/preferences",
        notifications.NotificationPreferences.as_view(),
        name="api-notification-preferences",
    ),
    path("notifications/webhooks", webhooks.WebhookList.as_view(), name="api-webhooks"),
    path("notifications/webhooks/<uuid:webhook_id>", webhooks.WebhookDetail.as_view(), name="api-webhook"),
    path("notifications/webhooks/<uuid:webhook_id>/test", webhooks.WebhookTest.as_view(), name="api-webhook-test"),
    path(
        "notifications/webhooks/<uuid:webhook_id>/rotate-secret",
        webhooks.WebhookRotateSecret.as_view(),
        name="api-webhook-rotate-secret",
    ),
    path(
        "notifications/<uuid:notification_id>/read",
        notifications.NotificationRead.as_view(),
        name="api-notification-read",
    ),
    path("payees/lookup", payees.PayeeLookup.as_view(), name="api-payee-lookup"),
]
