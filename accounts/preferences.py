"""What the bank offers to tell, and how, before anybody chose."""

from typing import Final

from accounts.models import Notification, NotificationPreference

Kind = Notification.Kind
Channel = NotificationPreference.Channel

# Kinds a person chooses about, in the order shown. The others move figures on a page and disturb nobody.
KINDS: Final = (
    Kind.PAYMENT_RECEIVED,
    Kind.PAYMENT_SENT,
    Kind.PAYMENT_HELD,
    Kind.PAYMENT_DECLINED,
    Kind.PAYMENT_REQUEST,
    Kind.FRAUD_ALERT,
    Kind.KYC_UPDATE,
    Kind.NOTIFICATION,
)

# Channels that work today.
OFFERED: Final = (Channel.IN_APP, Channel.EMAIL, Channel.SMS, Channel.WEBHOOK)

# News about somebody's own security: a thief who could switch it off would do so first.
SECURITY: Final = frozenset({Kind.FRAUD_ALERT, Kind.NOTIFICATION})
ALWAYS: Final = frozenset({Channel.IN_APP, Channel.EMAIL})


def is_offered(channel: str) -> bool:
    """Tell whether the bank can tell anything that way."""
    return channel in OFFERED


def is_fixed(kind: str, channel: str) -> bool:
    """Tell whether nobody may switch this off."""
    return kind in SECURITY and channel in ALWAYS


def default(kind: str, channel: str) -> bool:
    """Tell whether somebody who never chose is told this way; a text message about security reaches them anywhere."""
    return channel == Channel.IN_APP or is_fixed(kind, channel) or (kind in SECURITY and channel == Channel.SMS)


# Events that django-allauth mails by itself; a second mail would only alarm.
MAILED_BY_SIGN_IN: Final = frozenset({"password_changed", "email_changed", "factor_changed"})
