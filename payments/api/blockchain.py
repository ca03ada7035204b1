"""REST: the chain that seals the books, and the proofs that a payment is in it."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from ledger.chain import selectors as chain
from ledger.chain.merkle import HASH_BYTES
from ledger.chain.notes import Checkpoint, Note
from ledger.chain.receipts import FORMAT, written_header
from ledger.models import Block
from payments.api.receipt_schema import ReceiptResource
from payments.selectors import receipts
from securebank.web.schema import problems

LARGEST_HEIGHT: Final = 2**63 - 1
HASH_PATTERN: Final = f"^[0-9a-f]{{{2 * HASH_BYTES}}}$"


class HashField(serializers.RegexField):
    """32 bytes in hex."""

    def __init__(self, **options: Any) -> None:
        super().__init__(HASH_PATTERN, **options)


class BlockResource(serializers.Serializer[Any]):
    """A mined block: its header, and the hash that the work was done for."""

    height = serializers.IntegerField()
    hash = HashField()
    previous_hash = HashField()
    merkle_root = HashField(help_text="Root over this block's bookings alone.")
    first_leaf = serializers.IntegerField(help_text="Number of its first booking in the log, from 0.")
    leaf_count = serializers.IntegerField(help_text="How many bookings it seals.")
    tree_size = serializers.IntegerField(help_text="Bookings in the log with this block.")
    log_root = HashField(help_text="Root over all of them.")
    sealed_through = serializers.IntegerField()
    mined_at = serializers.DateTimeField()
    mined_at_us = serializers.CharField(help_text="The same in microseconds since 1970, as the header holds it.")
    difficulty = serializers.IntegerField(help_text="Leading zero hex digits of the hash.")
    nonce = serializers.CharField()


class ChainPage(serializers.Serializer[Any]):
    """Some blocks, and where the list goes on."""

    results = BlockResource(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ChainQuery(serializers.Serializer[Any]):
    """Where in the chain, and how much of it."""

    page_size = serializers.IntegerField(required=False, min_value=1, max_value=chain.MOST_BLOCKS, default=20)
    cursor = serializers.IntegerField(
        required=False, min_value=0, max_value=LARGEST_HEIGHT, help_text="Taken from ``next`` or ``previous``."
    )


class ProofQuery(serializers.Serializer[Any]):
    """In the log of which size."""

    tree_size = serializers.IntegerField(
        required=False, help_text="Without it, the size that the log had with the booking's block."
    )


class ProofResource(serializers.Serializer[Any]):
    """Where a booking is in the log, and the hashes from it to the root (RFC 9162)."""

    transaction_id = serializers.UUIDField()
    block_height = serializers.IntegerField()
    block_hash = HashField()
    leaf_index = serializers.IntegerField()
    leaf_hash = HashField()
    tree_size = serializers.IntegerField()
    root_hash = HashField()
    path = serializers.ListField(child=HashField())


class CheckpointResource(serializers.Serializer[Any]):
    """What the bank signed about the whole log when the newest block was mined."""

    checkpoint = serializers.CharField(help_text="A C2SP signed note.")
    public_key = serializers.CharField(help_text="The key that signed it, as a vkey.")
    tree_size = serializers.IntegerField()
    root_hash = HashField()


class ConsistencyQuery(serializers.Serializer[Any]):
    """Between which two sizes."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the two whose names Python keeps to itself."""
        return {
            "from": serializers.IntegerField(help_text="The earlier size."),
            "to": serializers.IntegerField(required=False, help_text="The later size; without it, the newest."),
        }


class ConsistencyResource(serializers.Serializer[Any]):
    """That the later log begins with the earlier one (RFC 9162)."""

    old_root = HashField()
    new_root = HashField()
    path = serializers.ListField(child=HashField())

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add the two sizes under the names that the question has."""
        return {"from": serializers.IntegerField(), "to": serializers.IntegerField(), **super().get_fields()}


class Chain(APIView):
    """The blocks, newest first."""

    @extend_schema(
        operation_id="blockchain_chain", parameters=[ChainQuery], responses={200: ChainPage, **problems(400)}
    )
    def get(self, request: CustomerRequest) -> Response:
        """Answer one page."""
        asked = ChainQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        size, before = asked.validated_data["page_size"], asked.validated_data.get("cursor")
        found = chain.blocks(before_height=before, limit=size)
        links: dict[str, str | None] = {"next": None, "previous": None}
        if found and found[-1].height > 0:
            links["next"] = _with_cursor(request, found[-1].height)
        if before is not None and found and chain.blocks(limit=1)[0].height > found[0].height:
            links["previous"] = _with_cursor(request, found[0].height + size + 1)
        return Response({"results": [block_resource(each) for each in found], **links})


class BlockDetail(APIView):
    """One block."""

    @extend_schema(operation_id="blockchain_block", responses={200: BlockResource, **problems(404)})
    def get(self, request: CustomerRequest, height: int) -> Response:  # noqa: ARG002 # the route's signature
        """Show a block's header."""
        return Response(block_resource(chain.block(height)))


class TransactionProof(APIView):
    """The proof that a payment of the caller is in the log."""

    @extend_schema(
        operation_id="blockchain_proof",
        parameters=[ProofQuery],
        responses={200: ProofResource, **problems(400, 404, 409, 422)},
    )
    def get(self, request: CustomerRequest, payment_id: UUID) -> Response:
        """Answer with the proof; 409 while the payment waits for its block."""
        asked = ProofQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        size = asked.validated_data.get("tree_size")
        payment, proof = receipts.proof_of(owner=request.user, payment_id=payment_id, tree_size=size)
        return Response(
            {
                "transaction_id": str(payment.pk),
                "block_height": proof.block.height,
                "block_hash": bytes(proof.block.hash).hex(),
                "leaf_index": proof.leaf_number,
                "leaf_hash": proof.leaf_hash.hex(),
                "tree_size": proof.tree_size,
                "root_hash": proof.root.hex(),
                "path": [step.hex() for step in proof.path],
            }
        )


class LatestCheckpoint(APIView):
    """The newest checkpoint."""

    @extend_schema(operation_id="blockchain_checkpoint", responses={200: CheckpointResource, **problems(409)})
    def get(self, request: CustomerRequest) -> Response:  # noqa: ARG002 # Django's signature
        """Answer with the signed note and what stands in it."""
        found = chain.latest_checkpoint()
        head = Checkpoint.parse(Note.parse(found.note).text)
        return Response(
            {
                "checkpoint": found.note,
                "public_key": receipts.vkey_of(found.note),
                "tree_size": head.tree_size,
                "root_hash": head.root_hash.hex(),
            }
        )


class Consistency(APIView):
    """The proof that the log only grew."""

    @extend_schema(
        operation_id="blockchain_consistency",
        parameters=[ConsistencyQuery],
        responses={200: ConsistencyResource, **problems(400, 422)},
    )
    def get(self, request: CustomerRequest) -> Response:
        """Answer with the proof between two sizes."""
        asked = ConsistencyQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        new_size = asked.validated_data.get("to", chain.log_size())
        proof = chain.consistency_proof(asked.validated_data["from"], new_size)
        return Response(
            {
                "from": proof.old_size,
                "to": proof.new_size,
                "old_root": proof.old_root.hex(),
                "new_root": proof.new_root.hex(),
                "path": [step.hex() for step in proof.path],
            }
        )


class TransactionReceipt(APIView):
    """A payment's receipt, which anybody can check offline."""

    @extend_schema(
        operation_id="transactions_receipt",
        summary=f"A receipt that needs no trust ({FORMAT})",
        responses={200: ReceiptResource, **problems(404, 409)},
    )
    def get(self, request: CustomerRequest, payment_id: UUID) -> HttpResponse:
        """Answer with the file, byte for byte the one whose hash its page and PDF show."""
        found = receipts.receipt_of(owner=request.user, payment_id=payment_id)
        return HttpResponse(
            found.content, content_type="application/json", headers={"Cache-Control": "private, no-store"}
        )


def block_resource(block: Block) -> dict[str, Any]:
    """Return a block as clients read it."""
    header = block.header
    counts = ("height", "first_leaf", "leaf_count", "tree_size", "sealed_through", "difficulty")
    return {
        **written_header(header),
        **{name: getattr(header, name) for name in counts},
        "hash": bytes(block.hash).hex(),
        "mined_at": block.mined_at,
    }


def _with_cursor(request: Request, height: int) -> str:
    address: str = replace_query_param(request.build_absolute_uri(), "cursor", height)
    return address
