"""What the people room refuses."""

from securebank.kernel.errors import Conflict, Invalid, Missing, Refused


class AccountClosed(Invalid):
    """Money can't move on a closed account."""

    code = "account_closed"
    title = "The account is closed"


class AccountFrozen(Invalid):
    """Money can't move on a frozen account."""

    code = "account_frozen"
    title = "The account is frozen"


class AccountLocked(Refused):
    """Staff or the fraud check stopped this person's payments."""

    code = "account_locked"
    title = "Payments are stopped for this customer"


class AccountNotFound(Missing):
    """No such account, or somebody else's."""

    code = "account_not_found"
    title = "Account not found"


class ConfirmationInvalid(Refused):
    """The step-up is unknown, foreign, used, too old, or was made for something else."""

    code = "confirmation_invalid"
    title = "The confirmation does not fit this payment"


class ChannelNotOffered(Invalid):
    """The bank doesn't tell that kind of news that way, or won't stop telling it."""

    code = "channel_not_offered"
    title = "This choice is not offered"


class NotificationNotFound(Missing):
    """No such notification, or somebody else's."""

    code = "notification_not_found"
    title = "Notification not found"


class OtpWrong(Refused):
    """Not a code of the customer's authenticator app, or one that was used before."""

    code = "otp_wrong"
    title = "The code is wrong"


class NoPasskey(Invalid):
    """Asked to confirm with a passkey, and the customer has none."""

    code = "no_passkey"
    title = "No passkey is set up"


class PasswordWrong(Refused):
    """The password given again, for a sensitive change, is not the right one."""

    code = "password_wrong"
    title = "The password is wrong"


class PayeeNotFound(Invalid):
    """Nobody at this bank has that number, handle or phone."""

    code = "payee_not_found"
    title = "Payee not found"


class PinLocked(Refused):
    """Too many wrong PINs; wait."""

    code = "pin_locked"
    title = "The payment PIN is locked"


class PinRequired(Refused):
    """This payment needs the PIN."""

    code = "pin_required"
    title = "A payment PIN is needed"


class PinTooSimple(Invalid):
    """Others guess this PIN first."""

    code = "pin_too_simple"
    title = "This PIN is too easy to guess"


class PinWrong(Refused):
    """Not the PIN."""

    code = "pin_wrong"
    title = "The payment PIN is wrong"


class TooManyAccounts(Invalid):
    """A customer holds a bounded number of accounts."""

    code = "too_many_accounts"
    title = "No more accounts can be opened"


class TooManyWebhooks(Invalid):
    """A customer registers a bounded number of servers."""

    code = "too_many_webhooks"
    title = "No more webhooks can be registered"


class WebhookKnown(Conflict):
    """The customer has registered that address before."""

    code = "webhook_known"
    title = "The webhook is registered already"


class WebhookNotFound(Missing):
    """No such webhook, or somebody else's."""

    code = "webhook_not_found"
    title = "Webhook not found"


class WebhookUrlRefused(Invalid):
    """Not an address that the bank sends to."""

    code = "webhook_url_refused"
    title = "The bank can't send to this address"
