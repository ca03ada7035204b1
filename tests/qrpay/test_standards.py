"""Published examples of each standard, field by field, and codes that break its rules."""

import base64
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from qrpay.codes import emv, epc, swiss, upi
from qrpay.codes.emv_templates import OURS
from qrpay.codes.errors import Forged, Malformed
from qrpay.codes.facts import CodeFacts, Scheme, SignatureState
from tests.qrpay import examples

CODE_ID = UUID("0192f0c0-0000-7000-8000-000000000001")


def with_check_sum(text: str) -> str:
    return f"{text}6304{emv.check_sum(text + '6304')}"


def merchant(**changes: str) -> str:
    """Return a whole code in rupees, with other values by tag (``t26``); an empty one is left out."""
    values = {
        "00": "01", "01": "11", "26": "0010A0000005240114shop@otherbank", "52": "5411", "53": "356",
        "58": "IN", "59": "Corner Shop", "60": "Pune",
    } | {name.removeprefix("t"): value for name, value in changes.items()}  # fmt: skip
    return with_check_sum("".join(f"{tag}{len(value):02d}{value}" for tag, value in values.items() if value))


def test_reads_the_example_of_emvco() -> None:
    assert emv.read(examples.EMV) == CodeFacts(
        scheme=Scheme.EMV,
        payee_name="BEST TRANSPORT",
        amount=Decimal("23.72"),
        currency="156",
        is_static=False,
        details={
            "category": "4111",
            "tip": "01",
            "country": "CN",
            "city": "BEIJING",
            "language": "ZH",
            "name in it": "最佳运输",
            "city in it": "北京",
            "account 29": "D15600000000 A93FO3230Q",
            "account 31": "D15600000001 12345678",
        },
    )


def test_reads_the_example_of_pix() -> None:
    assert emv.read(examples.PIX) == CodeFacts(
        scheme=Scheme.PIX,
        payee_name="Fulano de Tal",
        payee_address="123e4567-e12b-12d1-a456-426655440000",
        currency="BRL",
        reference="***",
        details={"category": "0000", "country": "BR", "city": "BRASILIA"},
    )


def test_reads_the_examples_of_promptpay() -> None:
    thai = CodeFacts(scheme=Scheme.PROMPTPAY, payee_address="0066000000000", currency="THB", details={"country": "TH"})

    assert emv.read(examples.PROMPTPAY) == thai
    asked = emv.read(examples.PROMPTPAY_AMOUNT)
    assert (asked.amount, asked.is_static, asked.payee_address) == (Decimal("4.22"), False, thai.payee_address)


def test_reads_bharat_qr_with_its_upi_address_and_least_amount() -> None:
    code = merchant(t26="0010A0000005240113corner@okbank020510.00", t62="0506ORD-42")

    assert emv.read(code) == CodeFacts(
        scheme=Scheme.BHARAT,
        payee_name="Corner Shop",
        payee_address="corner@okbank",
        least=Decimal("10.00"),
        currency="INR",
        reference="ORD-42",
        details={"category": "5411", "country": "IN", "city": "Pune"},
    )


def test_reads_the_example_of_upi() -> None:
    assert upi.read(examples.UPI, signers={}) == CodeFacts(
        scheme=Scheme.UPI,
        payee_name="nadeem chinna",
        payee_address="nadeem@npci",
        amount=Decimal(10),
        currency="INR",
        reference="4894398cndhcd23",
        note="Pay to mystar store",
        details={
            "mc": "0000",
            "tid": "cxnkjcnkjdfdvjndkjfvn",
            "url": "https://mystar.com/orderid=9298yw89e8973e87389e78923ue892",
        },
    )


def test_reads_the_example_of_epc() -> None:
    assert epc.read(examples.EPC) == CodeFacts(
        scheme=Scheme.EPC,
        payee_name="Red Cross of Belgium",
        payee_address="BE72000000001616",
        amount=Decimal(1),
        currency="EUR",
        note="Urgency fund",
        details={"bic": "BPOTBEB1", "purpose": "CHAR", "information": "Sample EPC QR code"},
    )


def test_reads_the_examples_of_swiss_bills() -> None:
    assert swiss.read(examples.SWISS) == CodeFacts(
        scheme=Scheme.SWISS,
        payee_name="Robert Schneider AG",
        payee_address="CH4431999123000889012",
        amount=Decimal("1949.75"),
        currency="CHF",
        reference="210000000003139471430009017",
        note="Order of 15.06.2020",
        details={
            "debtor": "Pia-Maria Rutschmann-Schnyder",
            "reference type": "QRR",
            "bill": "//S1/10/10201409/11/200701/20/140.000-53/30/102673831/31/200615/32/7.7/33/7.7:139.40/40/0:30",
        },
    )
    assert swiss.read(examples.SWISS_CREDITOR).reference == "RF18539007547034"


@pytest.mark.parametrize(
    "code",
    [
        examples.EMV[:-4] + "A13B",
        examples.EMV.replace("BEST", "WEST"),
        merchant(t59=""),
        merchant(t53="35"),
        merchant(t58="in"),
        merchant(t01="13"),
        merchant(t54="1,50"),
        merchant(t54="-1"),
        merchant(t26=""),
        merchant(t26="0110A000000524"),
        merchant(t26="0010A0000005240109not a vpa"),
        merchant(t59="Corner\u202eShop"),
        merchant(t59="A name of more than 25 characters"),
        with_check_sum(merchant()[:-8] + "5803IND"),
        with_check_sum("010211" + merchant()[:-8].removeprefix("000201010211")),
        with_check_sum(merchant()[:-8] + "99"),
        with_check_sum(merchant()[:-8] + "9910short"),
        merchant() + "x",
        merchant(t26="0014br.gov.bcb.pix0103abc2507host/pa", t53="986", t58="BR"),
        merchant(t26="0014br.gov.bcb.pix", t53="986", t58="BR"),
        merchant(t26="0014br.gov.bcb.pix2515http://host/pay", t53="986", t58="BR"),
        merchant(t26="0014br.gov.bcb.pix0103abc"),
        merchant(t26="0014br.gov.bcb.pix0103abc", t53="986", t58="BR", t62="0505a b c"),
        merchant(t26="0016A000000677010111011000660000000"),
    ],
)
def test_refuses_merchant_codes_that_break_the_rules(code: str) -> None:
    with pytest.raises(Malformed):
        emv.read(code)


def test_takes_a_check_sum_in_small_letters() -> None:
    code = merchant()

    assert emv.read(code[:-4] + code[-4:].lower()) == emv.read(code)


def test_counts_lengths_in_characters_and_the_check_sum_in_bytes() -> None:
    code = merchant(t59="Łódź Café")

    assert emv.read(code).payee_name == "Łódź Café"


def test_takes_zero_for_an_amount_that_the_payer_chooses() -> None:
    assert emv.read(merchant(t54="0.00")).amount is None


def test_a_merchant_code_that_was_written_is_read() -> None:
    made = emv.MerchantCode(
        templates={"30": {"00": OURS, "01": "100000000093"}},
        currency="356",
        amount="12.50",
        country="IN",
        name="Ben Das",
        city="Mumbai",
        code_id=CODE_ID,
    )

    facts = emv.read(made.written())

    assert (facts.payee_address, facts.amount, facts.code_id, facts.is_static) == (
        "100000000093", Decimal("12.50"), CODE_ID, False,
    )  # fmt: skip


def test_digits_of_an_unknown_scheme_are_not_an_account_of_ours() -> None:
    facts = emv.read(merchant(t26="0012other.scheme0112100000000093"))

    assert (facts.scheme, facts.payee_address) == (Scheme.EMV, "")


@pytest.mark.parametrize(
    "query",
    [
        "pn=Nobody",
        "pa=",
        "pa=a b@bank",
        "pa=a@bank&pa=b@bank",
        "pa=a@bank&PA=b@bank",
        "pa=a@bank&cu=USD",
        "pa=a@bank&am=1.005",
        "pa=a@bank&am=1e3",
        "pa=a@bank&am=١٠",
        "pa=a@bank&am=5&mam=6",
        "pa=a@bank&pn=%zz",
        "pa=a@bank&pn=%",
        "pa=a@bank&pn=%ff",
        "pa=a@bank&pn=%E2%80%AEevil",
        "pa=a@bank&&pn=x",
        "pa=a@bank&pn",
        "pa=a@bank&QRexpire=tomorrow",
        "pa=a@bank&QRexpire=2026-01-01T00:00:00",
        "pa=a@bank&sign=AAAA&am=5",
        "pa=a@bank&sign=!!!",
    ],
)
def test_refuses_links_that_break_the_rules(query: str) -> None:
    with pytest.raises(Malformed):
        upi.read(f"upi://pay?{query}", signers={})


def test_keeps_plus_signs_in_dates() -> None:
    facts = upi.read("upi://pay?pa=a@bank&QRexpire=2026-11-21T12:00:00+05:30", signers={})

    assert facts.expires_at == datetime(2026, 11, 21, 6, 30, tzinfo=UTC)


def test_an_amount_with_a_least_one_may_be_lowered_to_it() -> None:
    facts = upi.read("upi://pay?pa=a@bank&am=50.00&mam=20.00", signers={})

    assert (facts.amount, facts.least, facts.most) == (None, Decimal("20.00"), Decimal("50.00"))


SIGNER = ec.derive_private_key(20_260_101, ec.SECP256R1())
SIGNED_PART = "upi://pay?pa=shop@otherbank&pn=Corner%20Shop&am=10.00&mode=02&orgid=189999"


def signed_link() -> str:
    signature = base64.b64encode(SIGNER.sign(SIGNED_PART.encode(), ec.ECDSA(SHA256()))).decode()
    return f"{SIGNED_PART}&sign={signature}"


def test_a_signature_of_a_stranger_is_not_verified() -> None:
    assert upi.read(signed_link(), signers={}).signature is SignatureState.UNVERIFIED


def test_a_signature_of_a_known_signer_is_verified_over_the_raw_text() -> None:
    key = SIGNER.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    signers = upi.read_signers(f"189999:{base64.urlsafe_b64encode(key).decode()}")

    assert upi.read(signed_link(), signers=signers).signature is SignatureState.VERIFIED
    for altered in (signed_link().replace("10.00", "99.00"), signed_link().replace("%20", "+")):
        with pytest.raises(Forged):
            upi.read(altered, signers=signers)


def lines(**changes: str) -> str:
    """Return the example of EPC with other lines by number (``l7``)."""
    found = examples.EPC.split("\n")
    for name, value in changes.items():
        found[int(name.removeprefix("l")) - 1] = value
    return "\n".join(found)


@pytest.mark.parametrize(
    "code",
    [
        "BCD\n002\n1\nSCT",
        lines(l2="003"),
        lines(l3="9"),
        lines(l4="SDD"),
        lines(l5=""),
        lines(l5="BPOTBEB"),
        lines(l6=""),
        lines(l6="x" * 71),
        lines(l7="BE72000000001617"),
        lines(l7="BE72 0000 0000 1616"),
        lines(l8="1"),
        lines(l8="EUR0.00"),
        lines(l8="EUR1.234"),
        lines(l8="EUR1234567890"),
        lines(l9="CHARI"),
        lines(l10="RF18539007547034"),
        lines(l10="RF19539007547034", l11=""),
        lines(l11="x" * 141),
        lines() + "\nmore",
        lines(l11="ä" * 140, l12="ä" * 70),
    ],
)
def test_refuses_transfers_that_break_the_rules(code: str) -> None:
    with pytest.raises(Malformed):
        epc.read(code)


def test_reads_a_transfer_without_its_empty_lines_at_the_end() -> None:
    facts = epc.read("BCD\n002\n1\nSCT\n\nMax Mustermann\nDE89370400440532013000")

    assert (facts.payee_name, facts.amount) == ("Max Mustermann", None)


def test_a_transfer_that_was_written_is_read() -> None:
    text = epc.write(name="Ben Das", iban="LI5599999100000000093", amount="12.50", note="Tea", information=CODE_ID.hex)

    facts = epc.read(text)

    assert (facts.payee_name, facts.amount, facts.note, facts.code_id) == (
        "Ben Das", Decimal("12.50"), "Tea", CODE_ID,
    )  # fmt: skip


def bill(**changes: str) -> str:
    """Return the first example of Swiss bills with other lines by number (``l7``)."""
    found = examples.SWISS.split("\r\n")
    for name, value in changes.items():
        found[int(name.removeprefix("l")) - 1] = value
    return "\r\n".join(found)


@pytest.mark.parametrize(
    "code",
    [
        "SPC\n0200\n1",
        bill(l2="0100"),
        bill(l3="2"),
        bill(l4="CH4431999123000889013"),
        bill(l4="DE89370400440532013000"),
        bill(l4="CH5800791123000889012"),
        bill(l5="X"),
        bill(l6=""),
        bill(l6="x" * 71),
        bill(l9=""),
        bill(l11="Switzerland"),
        bill(l12="S"),
        bill(l19="1949.7"),
        bill(l19="01.00"),
        bill(l20="USD"),
        bill(l21="", l28="QRR"),
        bill(l28="SCOR"),
        bill(l28="NON"),
        bill(l29="210000000003139471430009018"),
        bill(l29=""),
        bill(l30="x" * 100),
        bill(l31="END"),
        bill() + "\r\nmore",
    ],
)
def test_refuses_bills_that_break_the_rules(code: str) -> None:
    with pytest.raises(Malformed):
        swiss.read(code)
