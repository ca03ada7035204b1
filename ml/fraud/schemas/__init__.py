"""Adapters: how labelled payments of each origin are read, and what of each payment was known when it was paid."""

from typing import Final

from ml.fraud.schemas.bank import BANK
from ml.fraud.schemas.cards import CARDS
from ml.fraud.schemas.frame import Frame, UnknownFile
from ml.fraud.schemas.handbook import HANDBOOK
from ml.fraud.schemas.paysim import PAYSIM
from ml.fraud.schemas.schema import LeakRefused, Schema
from ml.fraud.schemas.sparkov import SPARKOV

SCHEMAS: Final = {schema.name: schema for schema in (PAYSIM, SPARKOV, HANDBOOK, CARDS, BANK)}

__all__ = ["SCHEMAS", "Frame", "LeakRefused", "Schema", "UnknownFile", "schema_of"]


def schema_of(card: dict[str, object]) -> Schema:
    """Return the schema that a model's card names: the bank's by its version, others by name.

    Raises:
        KeyError: there is none of that name.
    """
    named = card["schema"]
    return BANK if isinstance(named, int) else SCHEMAS[str(named)]
