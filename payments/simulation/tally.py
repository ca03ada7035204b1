"""What a simulation came to."""

from collections import Counter
from dataclasses import dataclass, field

from payments.models import Payment
from payments.simulation.acts import Act, Ask
from payments.simulation.stage import Result

Status = Payment.Status
REFUSED = "refused"


@dataclass(slots=True)
class Tally:
    """Counts, as they grow.

    Attributes:
        by_outcome: payments by kind of fraud ("" for honest) and what became of them: a status, or "refused".
        refusals: by code.
        requests: how often somebody asked for money.
    """

    by_outcome: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    def add(self, act: Act, result: Result) -> None:
        """Count one act."""
        if result.refused:
            self.refusals[result.refused] += 1
        if isinstance(act, Ask):
            self.requests += 1
        else:
            outcome = REFUSED if result.payment is None else str(result.payment.status)
            self.by_outcome[act.kind, outcome] += 1

    @property
    def payments(self) -> int:
        """Payments tried, refused ones too."""
        return self.by_outcome.total()

    @property
    def kinds(self) -> list[str]:
        """Kinds of fraud that were tried."""
        return sorted({kind for kind, _outcome in self.by_outcome if kind})

    def ended(self, *outcomes: str, kind: str | None = None, is_fraud: bool | None = None) -> int:
        """Return how many payments ended so; of one kind, or of all frauds or all honest ones, where asked."""
        return sum(
            number
            for (what, outcome), number in self.by_outcome.items()
            if outcome in outcomes and (kind is None or what == kind) and (is_fraud is None or bool(what) == is_fraud)
        )

    @property
    def caught(self) -> int:
        """Frauds that were held or declined."""
        return self.ended(Status.HELD, Status.DECLINED, is_fraud=True)

    @property
    def missed(self) -> int:
        """Frauds that went through."""
        return self.ended(Status.COMPLETED, is_fraud=True)

    @property
    def false_alarms(self) -> int:
        """Honest payments that were held or declined."""
        return self.ended(Status.HELD, Status.DECLINED, is_fraud=False)

    def __str__(self) -> str:
        """Show the totals in one line."""
        return (
            f"{self.ended(Status.COMPLETED)} approved, {self.ended(Status.HELD)} held,"
            f" {self.ended(Status.DECLINED)} declined, {self.ended(REFUSED)} refused;"
            f" fraud: {self.caught} caught, {self.missed} missed; {self.false_alarms} false alarms"
        )
