"""Pay with a code that was issued here, and be refused with the reason."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from django.test import override_settings
from django.utils import timezone

from accounts.errors import PayeeNotFound, PinRequired
from accounts.models import User
from accounts.services import pins
from accounts.types import Proof
from payments.models import Payment
from payments.services import transfers
from payments.types import PaymentPlan
from qrpay.codes.bank_numbers import own_iban
from qrpay.errors import (
    AboveSourceLimit,
    AmountOutside,
    CodeExpired,
    CodeForged,
    CodeMalformed,
    CodeSpent,
    CodeWithdrawn,
    NotPayable,
    OtherBank,
    UnknownKey,
)
from qrpay.models import Code, CodePayment
from qrpay.services import codes, keys, paying, verifying
from qrpay.types import CodeOrder, Source
from securebank.kernel.errors import DomainError
from securebank.kernel.money import CurrencyMismatch, InvalidAmount, Money
from tests.factories import PASSWORD, PIN, BankAccountFactory, fund
from tests.payments.conftest import account_of, settled
from tests.qrpay import examples
from tests.qrpay.conftest import Issue, PayCode
from tests.qrpay.test_standards import merchant

pytestmark = pytest.mark.django_db(transaction=True)


def end_now(code_id: Any) -> None:
    """Let a code end by the database's clock, which no test turns."""
    Code.objects.filter(pk=code_id).update(expires_at=Now() - timedelta(seconds=1))


@pytest.mark.parametrize("scheme", ["sealed", "signed", "upi", "emv"])
def test_a_code_moves_its_amount_to_its_owner(issue: Issue, pay_code: PayCode, ben: User, scheme: str) -> None:
    code = issue(scheme=scheme, note="Two coffees")

    payment = pay_code(code.payload)

    assert (payment.status, payment.channel, payment.note) == ("completed", "qr", "Two coffees")
    assert settled(ben) == 100_00
    paid = CodePayment.objects.get(payment=payment)
    authenticity = scheme if scheme in {"sealed", "signed"} else "registered"
    assert (paid.code_id, paid.scheme, paid.authenticity, paid.source) == (code.id, scheme, authenticity, "api")


def test_a_code_in_euros_is_paid_from_one_in_euros(issue: Issue, pay_code: PayCode, asha: User, ben: User) -> None:
    theirs = BankAccountFactory.create(owner=ben, currency="EUR")
    BankAccountFactory.create(owner=asha, currency="EUR", balance=50_00)
    code = issue(scheme="epc", account_id=theirs.pk, amount="12.50")

    assert pay_code(code.payload).payee_account == theirs


@pytest.mark.parametrize("name", ["A" * 80, "\u0905" * 80, "\U0001f3e6" * 80], ids=["latin", "hindi", "astral"])
@pytest.mark.parametrize("scheme", Code.Scheme.values)
def test_the_longest_names_and_notes_make_codes_that_are_read(
    issue: Issue, asha: User, ben: User, scheme: str, name: str
) -> None:
    User.objects.filter(pk=ben.pk).update(name=name)
    account = BankAccountFactory.create(owner=ben, currency="EUR" if scheme == "epc" else "INR")

    code = issue(scheme=scheme, account_id=account.pk, amount="999999999.99", note=(name * 2)[:140])

    verdict = verifying.verify(customer=asha, text=code.payload)
    assert (verdict.can_pay, verdict.name_differs, verdict.issued_id) == (True, False, code.id)
    assert verdict.note == (name * 2)[:140]


def test_a_pix_key_that_looks_like_a_handle_is_not_ours(pay_code: PayCode) -> None:
    key = f"0014br.gov.bcb.pix01{len('ben.das@securebank')}ben.das@securebank"

    with pytest.raises(OtherBank):
        pay_code(merchant(t26=key, t53="986", t58="BR"), amount="1.00")


@pytest.mark.parametrize("scheme", ["sealed", "signed", "upi", "emv"])
def test_a_code_for_one_payment_makes_one(issue: Issue, pay_code: PayCode, ben: User, scheme: str) -> None:
    code = issue(single_use=True, scheme=scheme)
    pay_code(code.payload)

    with pytest.raises(CodeSpent):
        pay_code(code.payload)

    assert settled(ben) == 100_00


def test_a_code_without_an_end_is_paid_any_number_of_times(issue: Issue, pay_code: PayCode, ben: User) -> None:
    code = issue()

    pay_code(code.payload)
    pay_code(code.payload)

    assert settled(ben) == 200_00


@pytest.mark.parametrize("scheme", ["sealed", "signed", "upi", "emv"])
def test_a_code_ends_by_the_clock_of_the_database(issue: Issue, pay_code: PayCode, scheme: str) -> None:
    code = issue(expires_in=60, scheme=scheme)
    end_now(code.id)

    with pytest.raises(CodeExpired):
        pay_code(code.payload)


def test_a_code_that_ends_between_the_look_and_the_payment_is_not_paid(issue: Issue, asha: User) -> None:
    code = issue(expires_in=60)
    plan = paying.prepare(order=CodeOrder(customer=asha, text=code.payload), requested_at=timezone.now())
    end_now(code.id)

    with pytest.raises(CodeExpired):
        paying.carry_out(plan)


def test_a_code_that_was_taken_back_is_not_paid(issue: Issue, pay_code: PayCode, ben: User) -> None:
    code = issue()
    codes.withdraw(owner=ben, code_id=code.id)

    with pytest.raises(CodeWithdrawn):
        pay_code(code.payload)


def test_a_sealed_code_that_the_books_have_lost_is_not_paid(issue: Issue, pay_code: PayCode) -> None:
    code = issue()
    Code.objects.all().delete()

    with pytest.raises(CodeWithdrawn):
        pay_code(code.payload)


def test_a_refused_payment_leaves_the_code_open(issue: Issue, pay_code: PayCode, asha: User) -> None:
    code = issue(single_use=True, amount="6000.00")
    with pytest.raises(DomainError):
        pay_code(code.payload)
    fund(account_of(asha), 6_000_00)

    assert pay_code(code.payload).status == Payment.Status.COMPLETED


def test_a_payment_that_the_check_declines_leaves_the_code_open(
    issue: Issue, pay_code: PayCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = issue(single_use=True)

    def declined(plan: PaymentPlan) -> Payment:
        payment = carried_out(plan)
        payment.status = Payment.Status.DECLINED
        return payment

    carried_out = transfers.pay
    monkeypatch.setattr(transfers, "pay", declined)
    pay_code(code.payload)

    assert Code.objects.get(pk=code.id).spent_at is None


def test_the_payer_chooses_within_the_bounds(issue: Issue, pay_code: PayCode) -> None:
    code = issue(amount=None, least="10", most="50")

    for wrong in ("9.99", "50.01"):
        with pytest.raises(AmountOutside):
            pay_code(code.payload, amount=wrong)
    with pytest.raises(InvalidAmount):
        pay_code(code.payload)
    assert pay_code(code.payload, amount="10").amount_minor == 10_00


def test_a_fixed_amount_can_be_repeated_and_not_changed(issue: Issue, pay_code: PayCode) -> None:
    code = issue()

    assert pay_code(code.payload, amount="100").amount_minor == 100_00
    with pytest.raises(AmountOutside) as refusal:
        pay_code(code.payload, amount="1")
    assert refusal.value.facts == {"asked": "100.00"}


@pytest.mark.parametrize("source", [Source.UPLOAD, Source.PASTE])
def test_pictures_and_pasted_text_have_a_lower_limit_than_the_camera(
    issue: Issue, pay_code: PayCode, source: Source
) -> None:
    code = issue(amount="2000.01")

    with pytest.raises(AboveSourceLimit) as refusal:
        pay_code(code.payload, source=source)
    assert refusal.value.facts == {"limit": "qr_picture", "remaining": "2000.00", "currency": "INR"}
    assert pay_code(code.payload, source=Source.CAMERA).amount_minor == 2_000_01
    assert pay_code(issue(amount="2000.00").payload, source=source).amount_minor == 2_000_00


def test_an_altered_code_is_forged(issue: Issue, pay_code: PayCode) -> None:
    text = issue().payload
    altered = text[:60] + ("A" if text[60] != "A" else "B") + text[61:]

    with pytest.raises((CodeForged, CodeMalformed)):
        pay_code(altered)


def test_a_code_of_another_environment_is_forged(issue: Issue, pay_code: PayCode) -> None:
    code = issue()

    with override_settings(QR_ENVIRONMENT="live"), pytest.raises(CodeForged):
        pay_code(code.payload)


def test_a_code_stays_good_when_the_keys_are_rotated_and_not_when_its_key_is_gone(
    issue: Issue, pay_code: PayCode, ben: User
) -> None:
    code = issue()
    later = keys.ring().rotated()

    with override_settings(QR_KEYS=later.text):
        pay_code(code.payload)
        newer = issue()
    with override_settings(QR_KEYS=later.newest.line), pytest.raises(UnknownKey):
        pay_code(code.payload)
    with pytest.raises(UnknownKey):
        pay_code(newer.payload)


@pytest.mark.parametrize(
    "text", [examples.UPI, examples.EMV, examples.PIX, examples.PROMPTPAY, examples.EPC, examples.SWISS]
)
def test_codes_of_other_banks_are_named_so(pay_code: PayCode, text: str) -> None:
    with pytest.raises(OtherBank):
        pay_code(text, amount="1.00")


@pytest.mark.parametrize(
    "text", ["https://bank.example/pay?to=ben", "hello", " ", "upi://mandate?pa=ben.das@securebank"]
)
def test_what_is_no_payment_code_is_not_paid(pay_code: PayCode, text: str) -> None:
    with pytest.raises(NotPayable):
        pay_code(text, amount="1.00")


def test_an_address_of_ours_that_nobody_has_is_named_so(pay_code: PayCode) -> None:
    with pytest.raises(PayeeNotFound):
        pay_code("upi://pay?pa=nobody.here@securebank", amount="1.00")


def test_a_reference_to_somebody_elses_code_changes_nothing(issue: Issue, pay_code: PayCode, asha: User) -> None:
    stranger = BankAccountFactory.create(owner__handle="mallory").owner
    spent = issue(single_use=True)
    pay_code(spent.payload)

    payment = pay_code(f"upi://pay?pa={stranger.handle}@securebank&am=1.00&tr={spent.id.hex}")

    assert payment.payee_account == account_of(stranger)
    assert CodePayment.objects.get(payment=payment).code_id is None


def test_a_currency_that_the_payee_has_no_account_in_is_named_so(pay_code: PayCode, ben: User) -> None:
    iban = own_iban(country="LI", bank="99999", account=account_of(ben).number)

    with pytest.raises(CurrencyMismatch):
        pay_code(f"BCD\n002\n1\nSCT\n\nBen Das\n{iban}\nEUR1")


def test_a_large_payment_needs_the_pin(issue: Issue, pay_code: PayCode, rich: User) -> None:
    pins.set_pin(user=rich, pin=PIN, password=PASSWORD, now=timezone.now())
    code = issue(amount="20000.00")

    with pytest.raises(PinRequired):
        pay_code(code.payload)
    assert pay_code(code.payload, pin=PIN).status == Payment.Status.COMPLETED


def test_a_second_press_finds_the_payment_of_the_first(issue: Issue, pay_code: PayCode, ben: User) -> None:
    code, payment_id = issue(single_use=True), uuid4()

    first, second = (pay_code(code.payload, payment_id=payment_id) for _press in range(2))

    assert first == second
    assert first.pk == payment_id
    assert settled(ben) == 100_00


def test_a_proof_of_the_page_confirms_this_amount_to_this_payee(issue: Issue, rich: User, ben: User) -> None:
    pins.set_pin(user=rich, pin=PIN, password=PASSWORD, now=timezone.now())
    order = CodeOrder(customer=rich, text=issue(amount="20000.00").payload)

    payment = paying.pay(order=order, requested_at=timezone.now(), proof=Proof(pin=PIN))

    assert payment.status == Payment.Status.COMPLETED
    assert paying.binding_of(order).amount == Money(20_000_00, "INR")
