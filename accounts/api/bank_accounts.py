"""REST: a customer's own accounts."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from accounts.models import BankAccount
from accounts.selectors import bank_accounts as accounts_of
from accounts.services import bank_accounts
from securebank.kernel.money import EXPONENTS
from securebank.web.fields import LineField
from securebank.web.schema import WITH_BODY, problems

NICKNAME_LENGTH = 40


class AccountRequest(serializers.Serializer[Any]):
    """A new account."""

    kind = serializers.ChoiceField(choices=BankAccount.Kind.choices)
    currency = serializers.ChoiceField(choices=sorted(EXPONENTS))
    nickname = LineField(max_length=NICKNAME_LENGTH, required=False, allow_blank=True, default="")


class NicknameRequest(serializers.Serializer[Any]):
    """What the customer calls the account; empty takes the name away."""

    nickname = LineField(max_length=NICKNAME_LENGTH, allow_blank=True)


class AccountResource(serializers.Serializer[Any]):
    """An ``AccountView`` as clients see it."""

    id = serializers.UUIDField(source="account.id")
    number = serializers.CharField(source="account.number")
    kind = serializers.ChoiceField(source="account.kind", choices=BankAccount.Kind.choices)
    currency = serializers.CharField(source="account.currency")
    nickname = serializers.CharField(source="account.nickname")
    status = serializers.ChoiceField(source="account.status", choices=BankAccount.Status.choices)
    balance = serializers.CharField(source="balance.settled", help_text="Booked, in major units.")
    held = serializers.CharField(source="balance.held", help_text="Set aside by payments under review.")
    available = serializers.CharField(source="balance.available", help_text="Booked less held.")
    opened_at = serializers.DateTimeField(source="account.opened_at")


class AccountList(APIView):
    """All accounts of the caller."""

    @extend_schema(operation_id="accounts_list", responses={200: AccountResource(many=True), **problems()})
    def get(self, request: CustomerRequest) -> Response:
        """List the caller's accounts, open ones first."""
        return Response(AccountResource(accounts_of.accounts_with_balances(owner=request.user), many=True).data)

    @extend_schema(request=AccountRequest, responses={201: AccountResource, **problems(*WITH_BODY)})
    def post(self, request: CustomerRequest) -> Response:
        """Open an account in one of the bank's currencies."""
        asked = AccountRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        account = bank_accounts.open_account(owner=request.user, **asked.validated_data)
        return _shown(request, account, status.HTTP_201_CREATED)


class AccountDetail(APIView):
    """One account of the caller."""

    @extend_schema(responses={200: AccountResource, **problems(404)})
    def get(self, request: CustomerRequest, account_id: UUID) -> Response:
        """Show one account with its money."""
        view = accounts_of.account_with_balance(owner=request.user, account_id=account_id)
        return Response(AccountResource(view).data)

    @extend_schema(request=NicknameRequest, responses={200: AccountResource, **problems(404, *WITH_BODY)})
    def patch(self, request: CustomerRequest, account_id: UUID) -> Response:
        """Give the account another nickname."""
        asked = NicknameRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return _shown(request, bank_accounts.rename(owner=request.user, account_id=account_id, **asked.validated_data))


class AccountFreeze(APIView):
    """Stop all payments of one account."""

    @extend_schema(request=None, responses={200: AccountResource, **problems(404, 422)})
    def post(self, request: CustomerRequest, account_id: UUID) -> Response:
        """Freeze the account; frozen twice is frozen."""
        return _shown(request, bank_accounts.freeze(owner=request.user, account_id=account_id))


class AccountUnfreeze(APIView):
    """Let money move again."""

    @extend_schema(request=None, responses={200: AccountResource, **problems(404, 422)})
    def post(self, request: CustomerRequest, account_id: UUID) -> Response:
        """Unfreeze the account."""
        return _shown(request, bank_accounts.unfreeze(owner=request.user, account_id=account_id))


class AccountClose(APIView):
    """Close one account for ever."""

    @extend_schema(request=None, responses={200: AccountResource, **problems(404, 409, 422)})
    def post(self, request: CustomerRequest, account_id: UUID) -> Response:
        """Close the account; it must be empty."""
        return _shown(request, bank_accounts.close(owner=request.user, account_id=account_id))


def _shown(request: CustomerRequest, account: BankAccount, status_code: int = status.HTTP_200_OK) -> Response:
    """Answer with the account as it is after the change."""
    view = accounts_of.account_with_balance(owner=request.user, account_id=account.pk)
    return Response(AccountResource(view).data, status=status_code)
