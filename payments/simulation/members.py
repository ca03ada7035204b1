"""Simulated people as customers of the bank: registered when they are first needed, with money and a PIN."""

import contextlib
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError

import ledger.selectors
from accounts.models import BankAccount, User
from accounts.roles import SUPERVISOR
from accounts.services import pins, registration
from fraud.errors import AlreadyListed
from fraud.models import BlockListEntry
from fraud.services import block_list
from payments.constants import PIN_FREE_MINOR
from payments.demo import cast
from payments.demo.secrets import DemoSecrets
from payments.models import Payment
from payments.services import deposits
from payments.simulation.people import Person, Role
from securebank.kernel.money import Money

CURRENCY: Final = "INR"
# Ordinary payments that an opening deposit is good for. Mules bring next to nothing.
OPENING: Final = 60
MULES_OPENING: Final = "500.00"
# What somebody who runs dry pays in, beyond what is wanted at once.
TOP_UP: Final = 3

DEMO_SUPERVISOR: Final = next(colleague.email for colleague in cast.STAFF if colleague.role == SUPERVISOR)


class NoDemoBank(RuntimeError):
    """The demo people, whom simulated ones pay, aren't there."""


class Members:
    """Finds or registers the customers behind simulated people."""

    def __init__(self, keys: DemoSecrets) -> None:
        """Look for the demo people; raises NoDemoBank without them."""
        self._keys = keys
        self._users: dict[str, User] = {}
        self._accounts: dict[UUID, BankAccount] = {}
        self._with_pin: set[UUID] = set()
        supervisor = User.objects.filter(email=DEMO_SUPERVISOR).first()
        if supervisor is None:
            raise NoDemoBank("There are no demo people here yet: run manage.py demo_data first.")
        self._supervisor = supervisor

    def customer(self, who: Person) -> User:
        """Return the customer, who joins the bank if need be."""
        if who.email not in self._users:
            self._users[who.email] = self._found(who) or self._join(who)
        return self._users[who.email]

    def available(self, who: Person) -> Money:
        """Return what the person can spend."""
        return ledger.selectors.balance_of(self._account(who).ledger_account_id).available

    def top_up(self, who: Person, wanted: Money) -> None:
        """Let somebody pay in what a payment needs and some more, if the money isn't there."""
        if self.available(who) < wanted:
            amount = str(Decimal(str(wanted)) * TOP_UP)
            owner = self.customer(who)
            deposits.deposit(owner=owner, account_id=self._account(who).pk, amount=amount, channel=Payment.Channel.SITE)

    def pin(self, who: Person, amount: Money, *, now: datetime) -> str | None:
        """Return the PIN where this payment needs one; somebody without one chooses it now."""
        user = self.customer(who)
        if user.pk not in self._with_pin:
            if not pins.has_pin(user):
                if amount.minor <= PIN_FREE_MINOR:
                    return None
                pins.set_pin(user=user, pin=self._keys.pin, password=self._keys.password, now=now)
            self._with_pin.add(user.pk)
        return self._keys.pin

    def put_on_block_list(self, who: Person, *, until: datetime, now: datetime) -> None:
        """Let the demo supervisor list somebody, unless that is done."""
        wanted = block_list.Wanted(
            kind=BlockListEntry.Kind.CUSTOMER,
            value=self.customer(who).handle,
            reason="Three other banks complained about this account.",
            expires_at=until,
        )
        # Every victim of the same mule asks for it.
        with contextlib.suppress(AlreadyListed):
            block_list.add(wanted=wanted, person=self._supervisor, now=now)

    @cached_property
    def _password_hash(self) -> str:
        # Argon2 takes its time on purpose; one hash serves them all, who share the password anyway.
        return make_password(self._keys.password)

    def _found(self, who: Person) -> User | None:
        return User.objects.filter(email=who.email).first()

    def _account(self, who: Person) -> BankAccount:
        user = self.customer(who)
        if user.pk not in self._accounts:
            self._accounts[user.pk] = user.bank_accounts.earliest("opened_at", "id")
        return self._accounts[user.pk]

    def _join(self, who: Person) -> User:
        try:
            user = registration.register(
                email=who.email,
                password=self._keys.password,
                name=who.name,
                handle=who.handle,
                currency=CURRENCY,
                is_email_verified=True,
                password_hash=self._password_hash,
            )
        except ValidationError:
            # Another simulator in the same bank was first.
            found = self._found(who)
            if found is None:
                raise
            return found
        self._users[who.email] = user
        amount = MULES_OPENING if who.role is Role.MULE else f"{who.level * OPENING:.2f}"
        deposits.deposit(owner=user, account_id=self._account(who).pk, amount=amount, channel=Payment.Channel.SYSTEM)
        return user
