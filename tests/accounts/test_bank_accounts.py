import pytest
from django.db import IntegrityError, transaction

from accounts.errors import AccountClosed, AccountFrozen, AccountNotFound, TooManyAccounts
from accounts.models import AuditEvent, BankAccount
from accounts.selectors import bank_accounts as accounts_of
from accounts.services import account_numbers, bank_accounts
from ledger.errors import AccountNotEmpty
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money, UnknownCurrency
from tests.factories import BankAccountFactory, UserFactory

pytestmark = pytest.mark.django_db

Kind, Status = BankAccount.Kind, BankAccount.Status


def test_opens_an_empty_account_in_the_books() -> None:
    owner = UserFactory.create()

    account = bank_accounts.open_account(owner=owner, kind=Kind.SAVINGS, currency="KWD", nickname="House")

    view = accounts_of.account_with_balance(owner=owner, account_id=account.pk)
    assert (view.account.kind, view.account.currency, view.account.nickname, view.account.status) == (
        "savings",
        "KWD",
        "House",
        "active",
    )
    assert view.balance.settled == view.balance.available == Money(0, "KWD")
    assert account_numbers.is_well_formed(account.number)


def test_refuses_a_currency_that_the_bank_does_not_keep() -> None:
    with pytest.raises(UnknownCurrency):
        bank_accounts.open_account(owner=UserFactory.create(), kind=Kind.CURRENT, currency="XAU")


def test_refuses_an_eleventh_open_account_but_not_after_one_was_closed() -> None:
    owner = UserFactory.create()
    accounts = [BankAccountFactory.create(owner=owner) for _ in range(10)]
    with pytest.raises(TooManyAccounts):
        bank_accounts.open_account(owner=owner, kind=Kind.CURRENT, currency="INR")

    bank_accounts.close(owner=owner, account_id=accounts[0].pk)

    bank_accounts.open_account(owner=owner, kind=Kind.CURRENT, currency="INR")


def test_takes_another_number_when_the_first_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = BankAccountFactory.create()
    free = account_numbers.new_number()
    drawn = iter([taken.number, taken.number, free])
    monkeypatch.setattr(account_numbers, "new_number", lambda: next(drawn))

    account = bank_accounts.open_account(owner=taken.owner, kind=Kind.CURRENT, currency="INR")

    assert account.number == free


def test_shows_only_the_last_four_digits_of_a_number() -> None:
    account = BankAccountFactory.create()

    assert str(account) == f"•••• {account.number[-4:]}"


def test_freezes_and_unfreezes_and_writes_both_down() -> None:
    account = BankAccountFactory.create()
    owner = account.owner

    bank_accounts.freeze(owner=owner, account_id=account.pk)
    bank_accounts.freeze(owner=owner, account_id=account.pk)
    assert accounts_of.account_of(owner=owner, account_id=account.pk).status == Status.FROZEN
    bank_accounts.unfreeze(owner=owner, account_id=account.pk)

    assert accounts_of.account_of(owner=owner, account_id=account.pk).status == Status.ACTIVE
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == [
        "account_opened",
        "account_frozen",
        "account_unfrozen",
    ]


def test_closes_an_empty_account_for_ever() -> None:
    account = BankAccountFactory.create()

    closed = bank_accounts.close(owner=account.owner, account_id=account.pk)
    bank_accounts.close(owner=account.owner, account_id=account.pk)

    assert closed.status == Status.CLOSED
    closed.refresh_from_db()
    assert closed.closed_at is not None
    for change in (bank_accounts.freeze, bank_accounts.unfreeze):
        with pytest.raises(AccountClosed):
            change(owner=account.owner, account_id=account.pk)


def test_refuses_to_close_an_account_with_money() -> None:
    account = BankAccountFactory.create(balance=1)

    with pytest.raises(AccountNotEmpty):
        bank_accounts.close(owner=account.owner, account_id=account.pk)

    assert accounts_of.account_of(owner=account.owner, account_id=account.pk).status == Status.ACTIVE


def test_refuses_to_close_a_frozen_account() -> None:
    account = BankAccountFactory.create(status=Status.FROZEN)

    with pytest.raises(AccountFrozen):
        bank_accounts.close(owner=account.owner, account_id=account.pk)


@pytest.mark.parametrize(
    "act", [accounts_of.account_of, bank_accounts.freeze, bank_accounts.unfreeze, bank_accounts.close]
)
def test_says_the_same_of_a_foreign_account_and_of_none(act: object) -> None:
    assert callable(act)
    foreign, stranger = BankAccountFactory.create(), UserFactory.create()

    said = []
    for account_id in (foreign.pk, new_id()):
        with pytest.raises(AccountNotFound) as refusal:
            act(owner=stranger, account_id=account_id)
        said.append((str(refusal.value), refusal.value.facts))

    assert said[0] == said[1]


def test_lists_own_accounts_with_their_money_open_ones_first() -> None:
    owner = UserFactory.create()
    closed = BankAccountFactory.create(owner=owner)
    bank_accounts.close(owner=owner, account_id=closed.pk)
    first = BankAccountFactory.create(owner=owner, balance=1_234_567_50)
    second = BankAccountFactory.create(owner=owner, currency="JPY", balance=5)
    BankAccountFactory.create(balance=99)

    views = accounts_of.accounts_with_balances(owner=owner)

    assert [(view.account.pk, view.balance.available) for view in views] == [
        (first.pk, Money(1_234_567_50, "INR")),
        (second.pk, Money(5, "JPY")),
        (closed.pk, Money(0, "INR")),
    ]


def test_pays_by_default_from_the_oldest_active_current_account() -> None:
    owner = UserFactory.create()
    BankAccountFactory.create(owner=owner, kind=Kind.SAVINGS)
    BankAccountFactory.create(owner=owner, status=Status.FROZEN)
    oldest = BankAccountFactory.create(owner=owner)
    BankAccountFactory.create(owner=owner)
    dollars = BankAccountFactory.create(owner=owner, currency="USD", kind=Kind.SAVINGS)

    assert accounts_of.default_account(owner=owner, currency=None) == oldest
    assert accounts_of.default_account(owner=owner, currency="USD") == dollars
    with pytest.raises(AccountNotFound):
        accounts_of.default_account(owner=owner, currency="EUR")


def test_gives_a_payment_both_ends_under_lock() -> None:
    payer, payee = BankAccountFactory.create(), BankAccountFactory.create()

    assert accounts_of.lock_for_payment(payer_id=payer.pk, payee_id=payee.pk) == (payer, payee)


@pytest.mark.parametrize("side", ["payer", "payee"])
@pytest.mark.parametrize(("status", "refusal"), [(Status.FROZEN, AccountFrozen), (Status.CLOSED, AccountClosed)])
def test_refuses_a_payment_of_an_account_that_is_not_active(side: str, status: str, refusal: type[Exception]) -> None:
    ends = {"payer": BankAccountFactory.create(), "payee": BankAccountFactory.create()}
    BankAccount.objects.filter(pk=ends[side].pk).update(status=status)

    with pytest.raises(refusal) as refused:
        accounts_of.lock_for_payment(payer_id=ends["payer"].pk, payee_id=ends["payee"].pk)

    assert refused.value.facts == {"side": side}  # type: ignore[attr-defined]


def test_refuses_a_deposit_to_a_frozen_account() -> None:
    account = BankAccountFactory.create(status=Status.FROZEN)

    with pytest.raises(AccountFrozen):
        accounts_of.lock_for_deposit(account_id=account.pk)


@pytest.mark.parametrize(("field", "value"), [("status", "open"), ("kind", "gold")])
def test_the_database_refuses_a_state_or_kind_that_no_check_knows(field: str, value: str) -> None:
    account = BankAccountFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.filter(pk=account.pk).update(**{field: value})
