"""Tables of the people room."""

from accounts.models.approval import Approval
from accounts.models.audit import AuditEvent
from accounts.models.bank_account import BankAccount
from accounts.models.confirmation import Confirmation, PasskeyChallenge, PaymentPin, SpentCode
from accounts.models.device import Device, DeviceSighting
from accounts.models.notification import (
    Notification,
    NotificationCursor,
    NotificationDelivery,
    NotificationPreference,
)
from accounts.models.token import ConsumedRefresh, TokenFamily
from accounts.models.user import RetiredHandle, User
from accounts.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Approval",
    "AuditEvent",
    "BankAccount",
    "Confirmation",
    "ConsumedRefresh",
    "Device",
    "DeviceSighting",
    "Notification",
    "NotificationCursor",
    "NotificationDelivery",
    "NotificationPreference",
    "PasskeyChallenge",
    "PaymentPin",
    "RetiredHandle",
    "SpentCode",
    "TokenFamily",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
]
