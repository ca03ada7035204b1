"""Pages of the payments room."""

from django.urls import URLPattern, URLResolver, path

from payments.views import activity, answers, cash, home, payees, requests, send, settings, statements

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("accounts/<uuid:account_id>", home.bank_account, name="bank-account"),
    path("send", send.send, name="send"),
    path("send/<uuid:draft_id>", send.review, name="send-review"),
    path("send/<uuid:draft_id>/challenge", send.challenge, name="send-challenge"),
    path("requests", requests.show_requests, name="requests"),
    path("requests/new", requests.ask, name="request-money"),
    path("requests/<uuid:request_id>/accept", requests.accept, name="request-accept"),
    path("requests/<uuid:request_id>/challenge", requests.challenge, name="request-challenge"),
    path("requests/<uuid:request_id>/decline", requests.decline, name="request-decline"),
    path("requests/<uuid:request_id>/cancel", requests.cancel, name="request-cancel"),
    path("activity", activity.activity, name="activity"),
    path("activity/<uuid:payment_id>", activity.payment, name="payment"),
    path("activity/<uuid:payment_id>/mine", answers.mine, name="payment-mine"),
    path("activity/<uuid:payment_id>/mine/challenge", answers.challenge, name="payment-mine-challenge"),
    path("activity/<uuid:payment_id>/not-mine", answers.not_mine, name="payment-not-mine"),
    path("activity/<uuid:payment_id>/dispute", answers.dispute, name="payment-dispute"),
    path("activity/<uuid:payment_id>/dispute/withdraw", answers.withdraw, name="payment-dispute-withdraw"),
    path("payees", payees.show_payees, name="payees"),
    path("payees/<uuid:payee_id>/remove", payees.remove, name="payee-remove"),
    path("limits", settings.limits, name="limits"),
    path("limits/challenge", settings.challenge, name="limits-challenge"),
    path("deposit", cash.deposit, name="deposit"),
    path("cash-out", cash.cash_out, name="cash-out"),
    path("statements", statements.statements, name="statements"),
    path("fragments/balances", home.balances, name="balances-fragment"),
    path("fragments/latest", home.latest, name="latest-fragment"),
]
