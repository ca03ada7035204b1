"""How REST behaves (Django REST framework), and how its schema is written (drf-spectacular)."""

from typing import Final

FRAMEWORK: Final = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.SiteSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["securebank.web.parsers.TextSafeJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "securebank.web.pagination.TimeCursor",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "securebank.web.problems.problem_details",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    # ``format`` is a parameter of our own: the kind of file that a statement is wanted as.
    "URL_FORMAT_OVERRIDE": None,
}
SCHEMA: Final = {
    "TITLE": "SecureBank",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # What a PATCH may leave out says its serializer.
    "COMPONENT_SPLIT_PATCH": False,
    # Several rooms have a ``kind``, ``status`` or ``direction``: each choice set has one name, whatever the field's.
    "ENUM_NAME_OVERRIDES": {
        "AccountKind": "accounts.models.BankAccount.Kind",
        "AccountStatus": "accounts.models.BankAccount.Status",
        "ConfirmationMethod": "accounts.models.Confirmation.Method",
        "NoticeKind": "accounts.models.Notification.Kind",
        "TransactionKind": "payments.models.Payment.Kind",
        "TransactionStatus": "payments.models.Payment.Status",
        "RequestStatus": "payments.models.PaymentRequest.Status",
        "CodeFormat": "qrpay.models.Code.Scheme",
        "ScanAuthenticity": "qrpay.evidence.types.AUTHENTICITIES",
    },
}
