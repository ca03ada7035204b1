"""Fill an empty bank. Every step skips what is there, so an interrupted run can be repeated."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from accounts import roles
from accounts.models import BankAccount, User
from accounts.services import bank_accounts, pins, registration
from accounts.types import Proof
from payments.demo import cast, story
from payments.demo.secrets import DemoSecrets
from payments.models import Payment, PaymentRequest
from payments.services import deposits, limits, payees, requests, transfers
from payments.services.limits import LimitsOrder
from payments.services.requests import MoneyRequest
from payments.types import TransferOrder

OWN = "own:"


def load(*, keys: DemoSecrets, now: datetime) -> None:
    """Register customers and staff, and let them pay, ask and save."""
    # Argon2 takes its time on purpose; one hash serves them all, who share the password anyway.
    hashed = make_password(keys.password)
    people = {customer.handle: _customer(customer, keys, hashed, now) for customer in cast.CUSTOMERS}
    for colleague in cast.STAFF:
        _colleague(colleague, hashed)
    if not Payment.objects.filter(kind=Payment.Kind.TRANSFER).exists():
        _pay(people, keys, now)
    if not PaymentRequest.objects.exists():
        for asked in story.REQUESTS:
            wanted = MoneyRequest(people[asked.requester], asked.payer, asked.amount, asked.note)
            requests.ask(wanted=wanted, now=now)
    for handle, payee, nickname in story.PAYEES:
        payees.save_payee(owner=people[handle], to=payee, nickname=nickname, now=now)


def is_loaded() -> bool:
    """Tell whether the last thing that ``load`` does was done."""
    handle, _payee, nickname = story.PAYEES[-1]
    return User.objects.filter(handle=handle, payees__nickname=nickname).exists()


def _customer(customer: cast.Customer, keys: DemoSecrets, hashed: str, now: datetime) -> User:
    found = User.objects.filter(email=customer.email).first()
    if found is not None:
        return found
    with transaction.atomic():
        user = registration.register(
            email=customer.email,
            password=keys.password,
            name=customer.name,
            phone=customer.phone,
            handle=customer.handle,
            currency=customer.currency,
            is_email_verified=True,
            password_hash=hashed,
        )
        user.language = customer.language
        user.save(update_fields=["language"])
        for kind, currency, nickname in customer.further:
            bank_accounts.open_account(owner=user, kind=kind, currency=currency, nickname=nickname)
        accounts = user.bank_accounts.order_by("opened_at", "id")
        for account, amount in zip(accounts, customer.deposits, strict=True):
            deposits.deposit(owner=user, account_id=account.pk, amount=amount, channel=Payment.Channel.SYSTEM)
        if customer.has_pin:
            pins.set_pin(user=user, pin=keys.pin, password=keys.password, now=now)
    return user


@transaction.atomic
def _colleague(colleague: cast.Colleague, hashed: str) -> None:
    if User.objects.filter(email=colleague.email).exists():
        return
    user = User.objects.create(
        email=colleague.email,
        password=hashed,
        name=colleague.name,
        handle=f"staff.{colleague.handle}",
        is_staff=True,
        is_superuser=colleague.role is None,
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    if colleague.role is not None:
        roles.ensure_roles()
        user.groups.add(Group.objects.get(name=colleague.role))
    # Staff can't sign in without a second factor.
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


def _pay(people: dict[str, User], keys: DemoSecrets, now: datetime) -> None:
    for handle in story.LARGE_PAYERS:
        order = LimitsOrder(people[handle], {"new_payee": story.LARGE_LIMIT}, Proof(pin=keys.pin))
        limits.change_limits(order=order, now=now)
    has_pin = {customer.handle for customer in cast.CUSTOMERS if customer.has_pin}
    for transfer in story.TRANSFERS:
        transfers.submit_transfer(
            order=TransferOrder(
                customer=people[transfer.payer],
                to=_address(people[transfer.payer], transfer.to),
                amount=transfer.amount,
                currency=transfer.currency,
                note=transfer.note,
                channel=Payment.Channel.SITE,
                pin=keys.pin if transfer.payer in has_pin else None,
            ),
            requested_at=now,
        )


def _address(payer: User, to: str) -> str:
    if not to.startswith(OWN):
        return to
    return BankAccount.objects.get(owner=payer, nickname=to.removeprefix(OWN)).number
