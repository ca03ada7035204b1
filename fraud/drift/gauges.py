"""The newest drift report for Prometheus, read when it asks: whichever process measured, each one can tell."""

from collections.abc import Iterator

from django.db import DatabaseError
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from psycopg_pool import PoolTimeout

from fraud.models import DriftReport
from fraud.selectors.drift import newest_report


class DriftGauges(Collector):
    """One row by its index at each scrape."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing in advance, so that registering asks no database."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures of the newest report; nothing before the first, or while the database is away."""
        try:
            report = newest_report()
        except (DatabaseError, PoolTimeout):
            return
        if report is not None:
            yield from _gauges(report)


def _gauges(report: DriftReport) -> Iterator[GaugeMetricFamily]:
    figures = report.figures
    moved = [*figures["features"], *([figures["score"]] if figures["score"] else [])]
    for name, part, help_text in (
        ("securebank_fraud_drift_psi", "psi", "Population stability index of an input, or of the score"),
        ("securebank_fraud_drift_ks", "ks", "Kolmogorov-Smirnov distance of an input, or of the score"),
    ):
        family = GaugeMetricFamily(name, help_text, labels=["feature"])
        for each in moved:
            family.add_metric([each["name"]], each[part])
        yield family
    for name, value, help_text in (
        ("securebank_fraud_drift_over", len(report.over), "Figures over a drift threshold in the newest report"),
        ("securebank_fraud_drift_measured_seconds", report.made_at.timestamp(), "When drift was last measured"),
        ("securebank_fraud_stopped_share", figures["stopped"], "Share of payments not approved in the newest report"),
    ):
        yield GaugeMetricFamily(name, help_text, value=value)
