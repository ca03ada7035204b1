"""Statement as ISO 20022 ``camt.053.001.08``, for bookkeeping programs.

Source: ISO 20022 message definition BankToCustomerStatementV08; codes from the
external code sets of ISO 20022 (balance types, bank transaction codes).
"""

from datetime import UTC, datetime
from typing import Final
from uuid import uuid4
from xml.etree import ElementTree as ET

from ledger.types import EntryType
from payments.statements.types import Line, Statement
from securebank.kernel.money import Money
from securebank.kernel.text import is_printable

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
BANK_NAME: Final = "SecureBank"

# Domain, family and sub-family of ISO 20022 bank transaction codes, for money that arrives and money that leaves.
Codes = tuple[str, str, str]
OTHER: Final[Codes] = ("PMNT", "OTHR", "OTHR")
ARRIVES: Final[dict[EntryType, Codes]] = {
    EntryType.TRANSFER: ("PMNT", "RCDT", "BOOK"),
    EntryType.REFUND: ("PMNT", "RCDT", "BOOK"),
    EntryType.DEPOSIT: ("PMNT", "CNTR", "CDPT"),
    EntryType.REVERSAL: ("PMNT", "ICDT", "RRTN"),
}
LEAVES: Final[dict[EntryType, Codes]] = {
    EntryType.TRANSFER: ("PMNT", "ICDT", "BOOK"),
    EntryType.REFUND: ("PMNT", "ICDT", "BOOK"),
    EntryType.WITHDRAWAL: ("PMNT", "CNTR", "CWDL"),
    EntryType.REVERSAL: ("PMNT", "RCDT", "RRTN"),
    EntryType.FEE: ("ACMT", "MDOP", "CHRG"),
}


def camt053_file(statement: Statement) -> bytes:
    """Return the message as UTF-8 XML, one statement in it."""
    document = ET.Element("Document", xmlns=NAMESPACE)
    message = ET.SubElement(document, "BkToCstmrStmt")
    header = ET.SubElement(message, "GrpHdr")
    _leaf(header, "MsgId", uuid4().hex)
    _leaf(header, "CreDtTm", _instant(statement.made_at))
    _statement(message, statement)
    content: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return content


def _statement(message: ET.Element, statement: Statement) -> None:
    part = ET.SubElement(message, "Stmt")
    _leaf(part, "Id", statement.reference)
    _leaf(part, "CreDtTm", _instant(statement.made_at))
    covered = ET.SubElement(part, "FrToDt")
    _leaf(covered, "FrDtTm", _instant(statement.period.starts_at))
    _leaf(covered, "ToDtTm", _instant(statement.period.ends_at))
    account = ET.SubElement(part, "Acct")
    _path(account, "Id/Othr/Id", statement.account_number)
    _leaf(account, "Ccy", statement.currency)
    _path(account, "Ownr/Nm", statement.holder)
    _path(account, "Svcr/FinInstnId/Nm", BANK_NAME)
    _balance(part, "OPBD", statement.opening, statement.period.first.isoformat())
    _balance(part, "CLBD", statement.closing, statement.period.last.isoformat())
    _summary(part, statement)
    for line in statement.lines:
        _entry(part, line, statement)


def _balance(part: ET.Element, code: str, balance: Money, day: str) -> None:
    found = ET.SubElement(part, "Bal")
    _path(found, "Tp/CdOrPrtry/Cd", code)
    _amount(found, balance)
    _path(found, "Dt/Dt", day)


def _summary(part: ET.Element, statement: Statement) -> None:
    arrived = sum(line.amount.minor > 0 for line in statement.lines)
    summary = ET.SubElement(part, "TxsSummry")
    everything = ET.SubElement(summary, "TtlNtries")
    _leaf(everything, "NbOfNtries", str(len(statement.lines)))
    _leaf(everything, "Sum", str(statement.total_in + statement.total_out))
    net = statement.total_in - statement.total_out
    change = ET.SubElement(everything, "TtlNetNtry")
    _leaf(change, "Amt", _unsigned(net))
    _leaf(change, "CdtDbtInd", _side(net))
    for tag, number, total in (
        ("TtlCdtNtries", arrived, statement.total_in),
        ("TtlDbtNtries", len(statement.lines) - arrived, statement.total_out),
    ):
        side = ET.SubElement(summary, tag)
        _leaf(side, "NbOfNtries", str(number))
        _leaf(side, "Sum", str(total))


def _entry(part: ET.Element, line: Line, statement: Statement) -> None:
    entry = ET.SubElement(part, "Ntry")
    _leaf(entry, "NtryRef", str(line.entry_id))
    _amount(entry, line.amount)
    if line.entry_type is EntryType.REVERSAL:
        _leaf(entry, "RvslInd", "true")
    _path(entry, "Sts/Cd", "BOOK")
    _path(entry, "BookgDt/DtTm", _instant(line.booked_at))
    _path(entry, "ValDt/Dt", line.value_date.isoformat())
    _leaf(entry, "AcctSvcrRef", str(line.entry_id))
    _transaction_code(entry, (ARRIVES if line.amount.minor > 0 else LEAVES).get(line.entry_type, OTHER))
    details = _path(entry, "NtryDtls/TxDtls")
    references = ET.SubElement(details, "Refs")
    _leaf(references, "AcctSvcrRef", str(line.entry_id))
    _leaf(references, "EndToEndId", line.payment_id.hex if line.payment_id else "NOTPROVIDED")
    _amount(details, line.amount)
    _parties(details, line, statement)
    if line.note:
        _path(details, "RmtInf/Ustrd", line.note)


def _transaction_code(entry: ET.Element, codes: Codes) -> None:
    domain_code, family_code, detail_code = codes
    domain = _path(entry, "BkTxCd/Domn/Cd", domain_code)
    family = _leaf(domain, "Fmly")
    _leaf(family, "Cd", family_code)
    _leaf(family, "SubFmlyCd", detail_code)


def _parties(details: ET.Element, line: Line, statement: Statement) -> None:
    own = (statement.holder, statement.account_number)
    other = (line.other_name or BANK_NAME, line.other_account)
    debtor, creditor = (other, own) if line.amount.minor > 0 else (own, other)
    parties = ET.SubElement(details, "RltdPties")
    for tag, (name, number) in (("Dbtr", debtor), ("Cdtr", creditor)):
        _path(parties, f"{tag}/Pty/Nm", name)
        if number:
            _path(parties, f"{tag}Acct/Id/Othr/Id", number)


def _leaf(parent: ET.Element, tag: str, text: str | None = None) -> ET.Element:
    leaf = ET.SubElement(parent, tag)
    leaf.text = text if text is None or text.isprintable() else _writable(text)
    return leaf


def _writable(text: str) -> str:
    """Leave out control characters and lone surrogates: XML 1.0 has no way to write them."""
    return "".join(letter for letter in text if is_printable(letter))


def _path(parent: ET.Element, path: str, text: str | None = None) -> ET.Element:
    """Add nested elements; return the one that holds the innermost, or the innermost if it has no text."""
    *outer, last = path.split("/")
    for tag in outer:
        parent = ET.SubElement(parent, tag)
    leaf = _leaf(parent, last, text)
    return leaf if text is None else parent


def _amount(parent: ET.Element, money: Money) -> None:
    _leaf(parent, "Amt", _unsigned(money)).set("Ccy", money.currency)
    _leaf(parent, "CdtDbtInd", _side(money))


def _unsigned(money: Money) -> str:
    return str(money).removeprefix("-")


def _side(money: Money) -> str:
    return "DBIT" if money.minor < 0 else "CRDT"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
