"""Read commands, and the people whom a name can mean."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import BankAccount, User
from accounts.selectors.payees import masked_name
from payments.models import Payee
from voice.constants import CURRENCY, LIFE, MOST_PEOPLE
from voice.errors import CommandMissing
from voice.models import VoiceCommand
from voice.types import Candidate

IS_OVER: Final = ExpressionWrapper(Q(created_at__lte=Now() - LIFE), BooleanField())


def command_of(*, owner: User, command_id: UUID) -> VoiceCommand:
    """Return one of the owner's commands, with ``is_over`` by the database's clock.

    Raises:
        CommandMissing: not there, or somebody else's.
    """
    return found(with_life(owner).filter(pk=command_id).first())


def found(command: VoiceCommand | None) -> VoiceCommand:
    """Return the command, or say that there is none."""
    if command is None:
        raise CommandMissing(_("You have no such command."))
    return command


def with_life(owner: User) -> QuerySet[VoiceCommand]:
    """Return the owner's commands, each with ``is_over``."""
    return VoiceCommand.objects.select_related("payee_account__owner").annotate(is_over=IS_OVER).filter(owner=owner)


def newest_draft(owner: User) -> VoiceCommand | None:
    """Return the command that "yes" and "cancel" are about, if one is open."""
    drafts = with_life(owner).filter(state=VoiceCommand.State.DRAFT, created_at__gt=Now() - LIFE)
    return drafts.order_by("-created_at", "-id").first()


def known_payees(owner: User) -> list[Payee]:
    """Return whom the customer saved or has paid, in rupees, the latest first; never the customer."""
    return list(
        Payee.objects.select_related("account__owner")
        .filter(owner=owner, account__currency=CURRENCY, account__owner__is_active=True)
        .exclude(account__owner=owner)
        .exclude(account__status=BankAccount.Status.CLOSED)
        .order_by("-added_at", "id")[:MOST_PEOPLE]
    )


def candidates_of(command: VoiceCommand) -> tuple[Candidate, ...]:
    """Return those to choose from, best first."""
    rows = Payee.objects.select_related("account__owner").filter(owner=command.owner_id).in_bulk(command.candidates)
    by_id = {str(pk): payee for pk, payee in rows.items()}
    return tuple(as_candidates(by_id[key] for key in command.candidates if key in by_id))


def as_candidates(payees: Iterable[Payee]) -> Iterable[Candidate]:
    """Yield payees as the customer may see them."""
    for payee in payees:
        account = payee.account
        yield Candidate(payee.pk, masked_name(account.owner.name), payee.nickname, account.masked_number)
