"""How the published schema describes a receipt; ``ledger.chain.receipts`` writes it."""

from typing import Any

from rest_framework import serializers

from ledger.chain.receipts import BLOCK, BOOKING, FORMAT, OPENING, SHOWN

# Links that a booking may lack.
MAY_LACK = ("batch_id", "hold_id", "reverses_id")


class ShownResource(serializers.Serializer[Any]):
    """The payment in words; names and note are not proven."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields of the format."""
        return {name: serializers.CharField(allow_blank=True) for name in SHOWN}


class BookingResource(serializers.Serializer[Any]):
    """What both parties know of the booking; whole numbers as text."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields of the format."""
        return {name: serializers.CharField(allow_null=name in MAY_LACK) for name in BOOKING}


class OpeningResource(serializers.Serializer[Any]):
    """What opens the commitment of one's own side."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields of the format."""
        return {name: serializers.CharField() for name in OPENING}


class HalfResource(serializers.Serializer[Any]):
    """One side of the booking."""

    commitment = serializers.CharField()
    opening = OpeningResource(allow_null=True)


class SidesResource(serializers.Serializer[Any]):
    """Both sides."""

    debit = HalfResource()
    credit = HalfResource()


class LeafResource(serializers.Serializer[Any]):
    """The booking's place in the log."""

    index = serializers.CharField()
    hash = serializers.CharField()


class PathResource(serializers.Serializer[Any]):
    """The hashes from the booking to the root."""

    tree_size = serializers.CharField()
    path = serializers.ListField(child=serializers.CharField())


class SealingBlockResource(serializers.Serializer[Any]):
    """The header of the block that sealed the booking."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields of the format."""
        return {name: serializers.CharField() for name in BLOCK}


class ReceiptResource(serializers.Serializer[Any]):
    """A receipt, version 1."""

    format = serializers.ChoiceField(choices=[FORMAT])
    shown = ShownResource()
    booking = BookingResource()
    sides = SidesResource()
    leaf = LeafResource()
    proof = PathResource()
    block = SealingBlockResource()
    checkpoint = serializers.CharField()
    key = serializers.CharField()
