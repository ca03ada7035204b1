"""Who gets what at every door. A route that is added without a line here fails a test.

Each block begins with the answers to: anonymous, owner, another customer, analyst, supervisor, auditor. "Owner" is
whose things stand in the address. Bodies are empty unless ``BODIES`` has one, so 400 and 422 mean: let in, and told
that something is missing. Sent to the sign-in (or away from a page that has no sense) is 302.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

TABLE: Final = r"""
200 200 200 200 200 200
  GET health
  GET metrics
  GET account/inactive/
  GET account/password/reset/
  POST account/password/reset/
  GET account/password/reset/key/done/
  GET account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$
  POST account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$
  GET account/password/reset/done/
  GET api/schema
  GET api/docs
  GET api/redoc
  GET .well-known/securebank-checkpoint-keys
  GET .well-known/securebank-checkpoint-keys.txt
  GET .well-known/securebank-qr-keys
  GET receipts/check
  GET
200 302 302 302 302 302
  GET account/login/
  POST account/login/
  GET account/signup/
  POST account/signup/
302 200 200 200 200 200
  GET account/logout/
  GET account/reauthenticate/
  POST account/reauthenticate/
  GET account/email/
  GET account/password/change/
  POST account/password/change/
  GET account/2fa/
  GET account/2fa/webauthn/
  GET account/sessions/
  GET you
  GET profile
  GET security
  GET security/pin
  GET security/devices
  GET notifications
  GET notifications/preferences
  GET accounts/new
  GET fragments/unread
  GET fragments/bar-balance
  GET send
  GET requests
  GET requests/new
  GET activity
  GET payees
  GET limits
  GET deposit
  GET cash-out
  GET notifications/webhooks
  GET statements
  GET voice
  GET fragments/balances
  GET fragments/latest
  GET chain
  GET chain/blocks/<int:height>
  GET code
  GET code/new
  GET scan
  GET scans
302 302 302 302 302 302
  POST account/logout/
  POST account/email/
  GET account/confirm-email/
  POST account/confirm-email/
  GET account/password/set/
  POST account/password/set/
  GET account/login/code/confirm/
  POST account/login/code/confirm/
  GET account/2fa/authenticate/
  POST account/2fa/authenticate/
  GET account/2fa/totp/activate/
  POST account/2fa/totp/activate/
  GET account/2fa/recovery-codes/generate/
  POST account/2fa/recovery-codes/generate/
  GET account/2fa/webauthn/add/
  POST account/2fa/webauthn/add/
  GET account/2fa/webauthn/reauthenticate/
  POST account/2fa/webauthn/reauthenticate/
  GET account/2fa/webauthn/keys/<int:pk>/remove/
  POST account/2fa/webauthn/keys/<int:pk>/remove/
  GET account/2fa/webauthn/keys/<int:pk>/edit/
  POST account/2fa/webauthn/keys/<int:pk>/edit/
  GET account/2fa/webauthn/login/
  POST account/2fa/webauthn/login/
  POST account/sessions/
  POST reading
  POST notifications/preferences
  POST notifications/read
  GET send/<uuid:draft_id>
  POST send/<uuid:draft_id>
  GET scan/<uuid:draft_id>
  POST scan/<uuid:draft_id>
302 302 302 200 200 200
  GET account/2fa/reauthenticate/
  POST account/2fa/reauthenticate/
302 404 404 302 302 302
  GET account/2fa/totp/deactivate/
  POST account/2fa/totp/deactivate/
  GET account/2fa/recovery-codes/
  GET account/2fa/recovery-codes/download/
  POST account/2fa/recovery-codes/download/
400 400 400 400 400 400
  POST api/auth/register
  POST api/auth/login
  POST api/auth/refresh
  POST api/auth/logout
401 200 200 200 200 200
  GET api/auth/profile
  PATCH api/auth/profile
  GET api/auth/sessions
  GET api/auth/devices
  GET api/accounts
  GET api/notifications
  POST api/notifications/read-all
  GET api/notifications/preferences
  GET api/notifications/webhooks
  GET api/transactions/history
  GET api/payments/pending
  GET api/payments/payees
  GET api/payments/limits
  PUT api/payments/limits
  GET api/blockchain/chain
  GET api/blockchain/blocks/<int:height>
  GET api/blockchain/checkpoint
  GET api/fraud/alerts
  GET api/fraud/alerts/unreviewed
  GET api/fraud/model/status
  GET api/qr/model/info
  GET api/qr/scans
401 403 403 200 200 403
  PUT api/fraud/alerts/<uuid:alert_id>/review
401 200 404 200 200 200
  GET api/fraud/statistics/<uuid:user_id>
401 204 404 404 404 404
  DELETE api/auth/sessions/<str:session_id>
  DELETE api/notifications/webhooks/<uuid:webhook_id>
  DELETE api/payments/payees/<uuid:payee_id>
401 200 404 404 404 404
  POST api/auth/devices/<uuid:device_id>/trust
  POST api/auth/devices/<uuid:device_id>/revoke
  GET api/accounts/<uuid:account_id>
  PATCH api/accounts/<uuid:account_id>
  POST api/accounts/<uuid:account_id>/freeze
  POST api/accounts/<uuid:account_id>/unfreeze
  POST api/notifications/webhooks/<uuid:webhook_id>/test
  POST api/notifications/webhooks/<uuid:webhook_id>/rotate-secret
  POST api/notifications/<uuid:notification_id>/read
  GET api/accounts/<uuid:account_id>/statement
  GET api/qr/scans/<uuid:scan_id>
  GET api/transactions/<uuid:payment_id>
  GET api/transactions/<uuid:payment_id>/receipt
  GET api/blockchain/proof/<uuid:payment_id>
  POST api/payments/requests/<uuid:request_id>/accept
  POST api/payments/requests/<uuid:request_id>/decline
  POST api/payments/requests/<uuid:request_id>/cancel
401 400 400 400 400 400
  POST api/qr/detect
  POST api/qr/detect/batch
  POST api/accounts
  POST api/auth/confirmations
  POST api/auth/confirmations/challenge
  POST api/auth/pin
  PUT api/notifications/preferences
  POST api/notifications/webhooks
  GET api/payees/lookup
  GET api/blockchain/consistency
  POST api/transactions/transfer
  POST api/payments/send
  POST api/payments/request
  POST api/payments/payees
  POST api/fraud/check
  POST api/speech/process
  POST api/speech/execute
  POST api/transactions/qr
  POST api/transactions/qr/verify
  POST api/blockchain/verify-qr
  POST api/fraud/cards/score
  POST api/fraud/cards/score/batch
401 201 201 404 404 404
  POST api/blockchain/generate-qr
401 409 404 404 404 404
  POST api/transactions/<uuid:payment_id>/dispute/withdraw
  POST api/accounts/<uuid:account_id>/close
401 201 404 404 404 404
  POST api/transactions/<uuid:payment_id>/dispute
  POST api/accounts/<uuid:account_id>/withdraw
  POST api/accounts/<uuid:account_id>/deposit
401 400 404 404 404 404
  POST api/fraud/alerts/<uuid:alert_id>/answer
401 422 404 404 404 404
  POST api/fraud/alerts/<uuid:alert_id>/challenge
404 404 404 404 404 404
  GET api/<path:address>
  POST api/<path:address>
  PUT api/<path:address>
  PATCH api/<path:address>
  DELETE api/<path:address>
302 422 422 422 422 422
  POST profile
  POST security/pin
  POST accounts/new
  POST send
  POST requests/new
  POST payees
  POST limits
  POST limits/challenge
  POST deposit
  POST cash-out
  POST notifications/webhooks
  POST voice
  POST code/new
  POST scan
302 302 404 404 404 404
  POST notifications/webhooks/<uuid:webhook_id>/remove
  POST notifications/webhooks/<uuid:webhook_id>/test
  POST security/devices/<uuid:device_id>/trust
  POST security/devices/<uuid:device_id>/revoke
  POST notifications/<uuid:notification_id>/read
  POST accounts/<uuid:account_id>/rename
  POST accounts/<uuid:account_id>/freeze
  POST accounts/<uuid:account_id>/unfreeze
  POST requests/<uuid:request_id>/accept
  POST requests/<uuid:request_id>/decline
  POST requests/<uuid:request_id>/cancel
  POST payees/<uuid:payee_id>/remove
  POST activity/<uuid:payment_id>/dispute
  POST voice/<uuid:command_id>/cancel
  POST code/<uuid:code_id>/withdraw
302 404 404 404 404 404
  GET scans/<uuid:scan_id>/heat-map.png
302 200 404 404 404 404
  POST notifications/webhooks/<uuid:webhook_id>/rotate-secret
  GET accounts/<uuid:account_id>/rename
  GET accounts/<uuid:account_id>/freeze
  GET accounts/<uuid:account_id>/unfreeze
  GET accounts/<uuid:account_id>/close
  GET accounts/<uuid:account_id>
  GET requests/<uuid:request_id>/accept
  GET activity/<uuid:payment_id>
  GET activity/<uuid:payment_id>/seal
  GET activity/<uuid:payment_id>/receipt
  GET activity/<uuid:payment_id>/receipt.json
  GET activity/<uuid:payment_id>/receipt.pdf
  GET activity/<uuid:payment_id>/mine
  GET activity/<uuid:payment_id>/not-mine
  GET activity/<uuid:payment_id>/dispute
  GET voice/<uuid:command_id>
  GET code/<uuid:code_id>
  GET code/<uuid:code_id>/code.png
  GET code/<uuid:code_id>/code.svg
  GET code/<uuid:code_id>/poster.pdf
302 422 404 404 404 404
  POST accounts/<uuid:account_id>/close
  POST activity/<uuid:payment_id>/mine
  POST activity/<uuid:payment_id>/mine/challenge
  POST activity/<uuid:payment_id>/not-mine
  POST voice/<uuid:command_id>
302 409 404 404 404 404
  POST activity/<uuid:payment_id>/dispute/withdraw
302 409 409 409 409 409
  POST send/<uuid:draft_id>/challenge
  POST scan/<uuid:draft_id>/challenge
302 422 404 404 404 404
  POST requests/<uuid:request_id>/challenge
302 302 302 200 200 200
  GET admin/
  GET admin/password_change/done/
  GET admin/jsi18n/
  GET staff/live
  GET staff/live/figures
  POST admin/logout/
  GET admin/^(?P<app_label>accounts|fraud|payments|qrpay|voice)/$
  GET admin/{model}/
  GET admin/{model}/<path:object_id>/history/
  GET admin/{model}/<path:object_id>/change/
302 302 302 403 403 403
  GET admin/autocomplete/
  POST admin/{model}/<path:object_id>/change/
  GET admin/{model}/<path:object_id>/delete/
  POST admin/{model}/<path:object_id>/delete/
  GET admin/{other}/add/
  POST admin/{other}/add/
302 302 302 200 200 403
  GET admin/accounts/approval/add/
  POST admin/accounts/approval/add/
  GET admin/fraud/blocklistentry/add/
  POST admin/fraud/blocklistentry/add/
302 302 302 422 422 422
  POST admin/fraud/case/views/save
302 302 302 404 404 404
  POST admin/fraud/case/views/<uuid:view_id>/remove
302 302 302 302 302 403
  POST admin/fraud/case/<uuid:case_id>/act
302 302 302 302 302 403
  POST staff/model/measure
302 302 302 200 200 200
  GET staff/model
  GET staff/impact
  GET staff/impact.pdf
  GET staff/chain
  GET staff/chain/progress
  GET staff/policies
  GET staff/policies/<int:number>
  GET staff/policies/<int:number>/backtest/progress
  GET staff/models
  GET staff/models/compare
  GET staff/models/<uuid:version_id>
  GET staff/models/runs/<uuid:run_id>
  GET staff/models/runs/<uuid:run_id>/progress
302 302 302 403 302 403
  POST staff/policies/<int:number>/draft
  POST staff/models/<uuid:version_id>/shadow
  POST staff/models/<uuid:version_id>/retire
  POST staff/models/runs/<uuid:run_id>/cancel
302 302 302 403 409 403
  POST staff/models/train
  GET staff/policies/<int:number>/edit
  POST staff/policies/<int:number>/edit
  POST staff/policies/<int:number>/discard
  POST staff/policies/<int:number>/propose
  POST staff/policies/<int:number>/backtest/cancel
302 302 302 403 422 403
  POST staff/policies/<int:number>/backtest
  POST staff/models/roll-back
  POST staff/models/<uuid:version_id>/promote
  POST staff/labels/<uuid:reviewer_id>/take-out
302 302 302 403 200 403
  GET staff/labels
302 302 302 403 404 403
  POST staff/labels/out/<uuid:exclusion_id>/put-back
302 302 302 403 422 422
  POST staff/chain
302 302 302 302 302 302
  GET admin/{model}/<path:object_id>/
  GET admin/password_change/
  POST admin/password_change/
302 302 302 404 404 404
  GET admin/r/<path:content_type_id>/<path:object_id>/
  GET admin/(?P<url>.*)$
302 403 403 302 302 302
  GET admin/login/
  POST admin/login/
"""

MODELS: Final = (
    "accounts/user",
    "accounts/device",
    "accounts/auditevent",
    "accounts/approval",
    "fraud/blocklistentry",
    "fraud/case",
    "fraud/decision",
    "payments/payment",
    "voice/voicecommand",
    "qrpay/code",
)

# What staff add: proposals, and entries of the block list.
ADDED: Final = ("accounts/approval", "fraud/blocklistentry")

# Bodies that get past the check of their shape, to the look at whose thing it is.
BODIES: Final[dict[str, dict[str, Any]]] = {
    "api/fraud/alerts/<uuid:alert_id>/review": {"confirmed_fraud": True},
    "api/accounts/<uuid:account_id>": {"nickname": "Rent"},
    "api/accounts/<uuid:account_id>/deposit": {"amount": "1"},
    "api/accounts/<uuid:account_id>/withdraw": {"amount": "1"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One method of one route, and the answer to each role, in the order of ``world.ROLES``."""

    method: str
    route: str
    answers: tuple[int, ...]

    @property
    def is_rest(self) -> bool:
        """Tell whether programs use it."""
        return self.route.startswith("api/")

    @property
    def is_admin(self) -> bool:
        """Tell whether it is at the staff's desk."""
        return self.route.startswith("admin/")

    @property
    def is_owned(self) -> bool:
        """Tell whether it shows or changes one thing of one customer, and nobody else's for anybody."""
        return self.answers[1] != 404 and set(self.answers[2:]) == {404}


def rows() -> Iterator[Row]:
    """Yield the table's rows."""
    answers: tuple[int, ...] = ()
    for line in TABLE.strip().splitlines():
        if not line.startswith(" "):
            answers = tuple(int(code) for code in line.split())
            continue
        method, _space, route = line.strip().partition(" ")
        if "{" in route:
            place = "{model}" if "{model}" in route else "{other}"
            for model in MODELS:
                if place == "{model}" or model not in ADDED:
                    yield Row(method, route.replace(place, model), answers)
        else:
            yield Row(method, route, answers)


ROWS: Final = tuple(rows())
