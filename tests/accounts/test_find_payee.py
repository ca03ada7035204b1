import pytest

from accounts.errors import PayeeNotFound
from accounts.models import BankAccount
from accounts.selectors import payees
from accounts.services import bank_accounts
from tests.factories import BankAccountFactory, UserFactory

pytestmark = pytest.mark.django_db

Kind, Status = BankAccount.Kind, BankAccount.Status


@pytest.fixture
def asha() -> BankAccount:
    owner = UserFactory.create(name="Asha Rao", handle="asha.rao", phone="+919876543210")
    account: BankAccount = BankAccountFactory.create(owner=owner)
    return account


@pytest.mark.parametrize(
    "to",
    [
        "asha.rao",
        "ASHA.RAO",
        " asha.rao@securebank ",
        "Asha.Rao@SecureBank",
        "+919876543210",
        "+91 98765 43210",
        "9876543210",
        "098765 43210",
    ],
)
def test_finds_a_person_by_handle_or_phone(asha: BankAccount, to: str) -> None:
    match = payees.find_payee(to)

    assert (match.account, match.owner_id, match.name, match.masked_name, match.handle) == (
        asha,
        asha.owner_id,
        "Asha Rao",
        "Asha R••",
        "asha.rao@securebank",
    )


def test_finds_an_account_by_its_number_as_people_group_it(asha: BankAccount) -> None:
    number = asha.number

    for to in (number, f"{number[:4]} {number[4:8]} {number[8:]}", f"{number[:4]}-{number[4:8]}-{number[8:]}"):
        assert payees.find_payee(to).account == asha


@pytest.mark.parametrize(
    "to",
    [
        "",
        " ",
        "nobody",
        "nobody@securebank",
        "asha.rao@otherbank",
        "+919876543211",
        "+1",
        "0",
        "-1",
        "1e400",
        "９８７６５４３２１０",
        "٩٨٧٦٥٤٣٢١٠",
        "аsha.rao",
        "asha\u200b.rao",
        "asha.rao\u202e",
        "asha.rao\x00",
        "\ud800",
        "a" * 65,
        "9" * 200_000,
        "' OR 1=1 --",
        "%",
        "tel:+919876543210;ext=1",
    ],
)
def test_finds_nobody_for_what_names_nobody(asha: BankAccount, to: str) -> None:
    with pytest.raises(PayeeNotFound) as refusal:
        payees.find_payee(to)

    assert str(refusal.value) == "Nobody here has that account number, handle or phone number."


def test_finds_nobody_for_a_mistyped_number(asha: BankAccount) -> None:
    wrong = str((int(asha.number[-1]) + 1) % 10)

    with pytest.raises(PayeeNotFound):
        payees.find_payee(asha.number[:-1] + wrong)


def test_prefers_the_active_account_in_the_currency_of_the_payment(asha: BankAccount) -> None:
    BankAccountFactory.create(owner=asha.owner, currency="USD", status=Status.FROZEN)
    dollars = BankAccountFactory.create(owner=asha.owner, currency="USD", kind=Kind.SAVINGS)

    assert payees.find_payee("asha.rao", currency="USD").account == dollars
    assert payees.find_payee("asha.rao", currency="EUR").account == asha
    assert payees.find_payee("asha.rao").account == asha


def test_still_finds_whom_a_payment_will_refuse(asha: BankAccount) -> None:
    bank_accounts.freeze(owner=asha.owner, account_id=asha.pk)

    assert payees.find_payee("asha.rao").account == asha


def test_finds_a_closed_account_by_number_only(asha: BankAccount) -> None:
    bank_accounts.close(owner=asha.owner, account_id=asha.pk)

    assert payees.find_payee(asha.number).account == asha
    with pytest.raises(PayeeNotFound):
        payees.find_payee("asha.rao")


def test_does_not_find_who_left_the_bank(asha: BankAccount) -> None:
    asha.owner.is_active = False
    asha.owner.save(update_fields=["is_active"])

    for to in ("asha.rao", asha.number, "+919876543210"):
        with pytest.raises(PayeeNotFound):
            payees.find_payee(to)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Asha Rao", "Asha R••"), ("Li", "L••"), ("Ana de la Cruz", "Ana C••"), ("आशा राव", "आशा र••"), ("", "••")],
)
def test_masks_a_name(name: str, masked: str) -> None:
    assert payees.masked_name(name) == masked
