"""A detection as plain JSON values: what REST answers, and what a batch keeps until it does."""

import base64
from dataclasses import asdict
from typing import Any

from qrpay.evidence.types import Detection, Finding


def told(detection: Detection) -> dict[str, Any]:
    """Return the answer for one picture."""
    print_side = asdict(detection.structure)
    return {
        "scan_id": str(detection.scan_id),
        "is_tampered": detection.is_tampered,
        "level": detection.level.value,
        "confidence": round(max(detection.tampered, 1 - detection.tampered), 4),
        "probabilities": {"valid": round(1 - detection.tampered, 4), "tampered": detection.tampered},
        "payload": detection.payload,
        "authenticity": detection.authenticity,
        "structural": print_side | {name: list(print_side[name]) for name in ("unused_correction", "quiet_zone")},
        "reasons": [_finding(finding) for finding in detection.findings],
        "heat_map_png": base64.b64encode(detection.heat_map).decode() or None,
        "processing_time_ms": detection.processing_ms,
        "model_version": detection.model_version,
        "timestamp": detection.decided_at.isoformat(),
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, "level": finding.level.value, "detail": finding.detail}
