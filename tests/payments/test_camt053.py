"""Statements as ISO 20022 camt.053.001.08."""

import re
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from ledger.types import EntryType
from payments.statements.camt053 import NAMESPACE, camt053_file
from payments.statements.types import Statement
from tests.payments.statement_builder import line, many, statement

# Children in the order that the message definition prescribes, of every element that we write; ? may be missing,
# * may repeat. From the message definition BankToCustomerStatementV08.
ORDER: Final = {
    "Document": "BkToCstmrStmt",
    "BkToCstmrStmt": "GrpHdr Stmt",
    "GrpHdr": "MsgId CreDtTm",
    "Stmt": "Id CreDtTm FrToDt Acct Bal* TxsSummry Ntry*",
    "FrToDt": "FrDtTm ToDtTm",
    "Acct": "Id Ccy Ownr Svcr",
    "Svcr": "FinInstnId",
    "FinInstnId": "Nm",
    "Ownr": "Nm",
    "Bal": "Tp Amt CdtDbtInd Dt",
    "Tp": "CdOrPrtry",
    "CdOrPrtry": "Cd",
    "TxsSummry": "TtlNtries TtlCdtNtries TtlDbtNtries",
    "TtlNtries": "NbOfNtries Sum TtlNetNtry",
    "TtlNetNtry": "Amt CdtDbtInd",
    "TtlCdtNtries": "NbOfNtries Sum",
    "TtlDbtNtries": "NbOfNtries Sum",
    "Ntry": "NtryRef Amt CdtDbtInd RvslInd? Sts BookgDt ValDt AcctSvcrRef BkTxCd NtryDtls",
    "Sts": "Cd",
    "BookgDt": "DtTm",
    "ValDt": "Dt",
    "BkTxCd": "Domn",
    "Domn": "Cd Fmly",
    "Fmly": "Cd SubFmlyCd",
    "NtryDtls": "TxDtls",
    "TxDtls": "Refs Amt CdtDbtInd RltdPties RmtInf?",
    "Refs": "AcctSvcrRef EndToEndId",
    "RltdPties": "Dbtr DbtrAcct? Cdtr CdtrAcct?",
    "Dbtr": "Pty",
    "Cdtr": "Pty",
    "Pty": "Nm",
    "DbtrAcct": "Id",
    "CdtrAcct": "Id",
    "Othr": "Id",
    "RmtInf": "Ustrd",
}
# Two elements share a name and differ by where they stand.
WITHIN: Final = {("Acct", "Id"): "Othr", ("DbtrAcct", "Id"): "Othr", ("CdtrAcct", "Id"): "Othr", ("Bal", "Dt"): "Dt"}
LONGEST: Final = {"MsgId": 35, "Id": 35, "NtryRef": 35, "AcctSvcrRef": 35, "EndToEndId": 35, "Nm": 140, "Ustrd": 140}
PREFIX: Final = f"{{{NAMESPACE}}}"


def parsed(made: Statement) -> ET.Element:
    return ET.fromstring(camt053_file(made))


def text(root: ET.Element, path: str) -> str:
    found = root.find("/".join(f"{PREFIX}{tag}" for tag in f"BkToCstmrStmt/Stmt/{path}".split("/")))
    assert found is not None
    assert found.text is not None
    return found.text


def faults(element: ET.Element, parent: str = "") -> list[str]:
    """Return where the element or anything in it isn't as the message definition wants it."""
    tag = element.tag.removeprefix(PREFIX)
    wanted = WITHIN.get((parent, tag), ORDER.get(tag, ""))
    shape = "".join(f"(?:{name.rstrip('?*')} ){name[-1] if name[-1] in '?*' else ''}" for name in wanted.split())
    children = "".join(f"{child.tag.removeprefix(PREFIX)} " for child in element)
    found = [] if re.fullmatch(shape, children) else [f"{tag}: {children}"]
    if len(element.text or "") > LONGEST.get(tag, 140) or (not wanted and not element.text):
        found.append(f"{tag}: {element.text!r}")
    return found + [fault for child in element for fault in faults(child, tag)]


@pytest.mark.parametrize(
    "made",
    [
        statement(),
        many(30),
        statement(line(-5, 0, entry_type=EntryType.FEE, other_name="", other_account="", note="", payment_id=None)),
        statement(*(line(sign, 0, entry_type=kind) for kind in EntryType for sign in (1, -1))),
        statement(line(1, 0, note="n" * 140, other_name="x" * 80)),
    ],
    ids=["empty", "many", "fee", "every kind", "long"],
)
def test_has_every_element_in_its_place(made: Statement) -> None:
    assert faults(parsed(made)) == []


def test_writes_balances_with_their_side() -> None:
    root = parsed(statement(line(-600_000_00, -100_000_00)))

    balances = [
        [child.text or child[0].text or child[0][0].text for child in balance] for balance in root.iter(f"{PREFIX}Bal")
    ]

    assert balances == [
        ["OPBD", "500000.00", "CRDT", "2026-03-01"],
        ["CLBD", "100000.00", "DBIT", "2026-03-31"],
    ]


def test_sums_what_it_lists() -> None:
    root = parsed(many(31))

    listed = {"CRDT": Decimal(0), "DBIT": Decimal(0)}
    for entry in root.iter(f"{PREFIX}Ntry"):
        listed[entry[2].text or ""] += Decimal(entry[1].text or "")

    assert listed == {
        "CRDT": Decimal(text(root, "TxsSummry/TtlCdtNtries/Sum")),
        "DBIT": Decimal(text(root, "TxsSummry/TtlDbtNtries/Sum")),
    }
    assert sum(listed.values()) == Decimal(text(root, "TxsSummry/TtlNtries/Sum"))
    assert text(root, "TxsSummry/TtlNtries/NbOfNtries") == "31"


def test_names_debtor_and_creditor_by_the_direction_of_the_money() -> None:
    root = parsed(statement(line(-1, 0)))

    parties = "Ntry/NtryDtls/TxDtls/RltdPties"

    assert (text(root, f"{parties}/Dbtr/Pty/Nm"), text(root, f"{parties}/Cdtr/Pty/Nm")) == ("Asha Rao", "Ben Das")


def test_keeps_markup_and_other_scripts_as_text() -> None:
    root = parsed(statement(line(1, 2, note="<b> & मकान"), holder="محمد علي"))

    assert text(root, "Ntry/NtryDtls/TxDtls/RmtInf/Ustrd") == "<b> & मकान"
    assert text(root, "Acct/Ownr/Nm") == "محمد علي"


def test_leaves_out_what_xml_can_not_write() -> None:
    root = parsed(statement(line(1, 2, note="a\x00b\x1bc\ud800d")))

    assert text(root, "Ntry/NtryDtls/TxDtls/RmtInf/Ustrd") == "abcd"
