"""Refusals of the payments room."""

from securebank.kernel.errors import Conflict, Invalid, Missing, Refused


class SameAccount(Invalid):
    """Payer and payee are one account."""

    code = "same_account"
    title = "You can't pay the account that the money comes from"


class LimitExceeded(Invalid):
    """The payment would pass one of the customer's limits; ``facts`` say which and what is left."""

    code = "limit_exceeded"
    title = "This payment is above your limit"


class LimitAboveMaximum(Invalid):
    """The customer asked for more than the bank allows."""

    code = "limit_above_maximum"
    title = "The bank allows no limit as high as this"


class PaymentMissing(Missing):
    """No such payment, or somebody else's."""

    code = "transaction_not_found"
    title = "There is no such transaction"


class PayeeMissing(Missing):
    """No such saved payee, or somebody else's."""

    code = "payee_not_found"
    title = "There is no such saved payee"


class RequestMissing(Missing):
    """No such request for money, or somebody else's."""

    code = "request_not_found"
    title = "There is no such request"


class RequestNotPending(Conflict):
    """It was accepted, declined, cancelled, or ran out."""

    code = "request_not_pending"
    title = "This request is no longer open"


class RequestOfOneself(Invalid):
    """Payer and requester are one person."""

    code = "own_request"
    title = "You can't ask yourself for money"


class TooManyRequests(Invalid):
    """The requester has as many open requests as the bank allows."""

    code = "too_many_requests"
    title = "You have too many open requests"


class DemoOnly(Refused):
    """Cash from nowhere exists in the demo bank only."""

    code = "demo_only"
    title = "This works in the demo bank only"


class CashTooLarge(Invalid):
    """More than one deposit or withdrawal may move."""

    code = "limit_exceeded"
    title = "This amount is too large"


class OwnMoney(Refused):
    """The reviewer is the payer or the payee."""

    code = "own_payment"
    title = "Nobody reviews their own money"


class MayNotReview(Refused):
    """The person lacks the permission."""

    code = "may_not_review"
    title = "You may not decide about payments"


class PartyStopped(Conflict):
    """Since the payment was held, its payer was locked or one of its accounts frozen."""

    code = "party_stopped"
    title = "Money can't move between these accounts now"


class NotRefundable(Conflict):
    """Only a completed transfer can be paid back, once."""

    code = "not_refundable"
    title = "This payment can't be refunded"


class DraftExpired(Conflict):
    """The page between typing and confirming was open for too long."""

    code = "draft_expired"
    title = "This payment was not confirmed in time"


class ViewMissing(Missing):
    """No such saved view, or a colleague's."""

    code = "view_not_found"
    title = "There is no such view"


class ViewRefused(Invalid):
    """It has no name, or there are too many."""

    code = "view_invalid"
    title = "This view can't be saved"
