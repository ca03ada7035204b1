"""App registration."""

from django.apps import AppConfig


class FraudConfig(AppConfig):
    """Fraud detection."""

    name = "fraud"
    verbose_name = "Fraud detection"

    def ready(self) -> None:
        """Let a customer's profile show the trust that is kept here, and offer what needs two people."""
        from prometheus_client import REGISTRY  # noqa: PLC0415

        from accounts import registry  # noqa: PLC0415 -- models are not loaded earlier
        from accounts.services import approvals  # noqa: PLC0415
        from fraud import selectors  # noqa: PLC0415
        from fraud.drift.gauges import DriftGauges  # noqa: PLC0415
        from fraud.policy_pages import presenting  # noqa: PLC0415
        from fraud.services import block_list, policies, promotion  # noqa: PLC0415

        registry.profile_facts["trust_score"] = selectors.trust_score
        approvals.register(block_list.BLOCK, block_list.execute)
        approvals.register(
            policies.ACTIVATE, policies.activate, turn_down=policies.turn_down, tell=presenting.proposal_told
        )
        REGISTRY.register(DriftGauges())
        approvals.register(promotion.ACTION, promotion.agree)
