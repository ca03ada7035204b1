"""REST addresses of the payments room."""

from django.urls import URLPattern, URLResolver, path

from payments.api import cash, fraud_check, history, limits, payees, requests, statements, transfers

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/<uuid:account_id>/deposit", cash.DepositCreate.as_view(), name="api-deposit"),
    path("accounts/<uuid:account_id>/withdraw", cash.WithdrawalCreate.as_view(), name="api-withdraw"),
    path("accounts/<uuid:account_id>/statement", statements.AccountStatement.as_view(), name="api-statement"),
    path("transactions/history", history.History.as_view(), name="api-history"),
    path("transactions/transfer", transfers.TransferCreate.as_view(), name="api-transfer"),
    path("transactions/<uuid:payment_id>", transfers.TransactionDetail.as_view(), name="api-transaction"),
    path("payments/send", transfers.SendCreate.as_view(), name="api-send"),
    path("payments/request", requests.RequestCreate.as_view(), name="api-request"),
    path("payments/pending", requests.PendingList.as_view(), name="api-pending"),
    path("payments/requests/<uuid:request_id>/accept", requests.RequestAccept.as_view(), name="api-request-accept"),
    path("payments/requests/<uuid:request_id>/decline", requests.RequestDecline.as_view(), name="api-request-decline"),
    path("payments/requests/<uuid:request_id>/cancel", requests.RequestCancel.as_view(), name="api-request-cancel"),
    path("payments/payees", payees.PayeeList.as_view(), name="api-payees"),
    path("payments/payees/<uuid:payee_id>", payees.PayeeDetail.as_view(), name="api-payee"),
    path("fraud/check", fraud_check.FraudCheck.as_view(), name="api-fraud-check"),
    path("payments/limits", limits.LimitsDetail.as_view(), name="api-limits"),
]
