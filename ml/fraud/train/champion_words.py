"""The champion's card in words, for people."""

from typing import Any


def markdown(card: dict[str, Any]) -> str:
    """Return ``MODEL.md`` for a card that ``champion.train`` made."""
    data, metrics = card["data"], card["metrics"]
    parts = [
        f"# {card['model_version']}\n",
        (
            "Boosted trees on the twenty features of the payment path: the model that the bank starts with. It has"
            " learnt from payments that were made up, so its figures tell versions apart and say nothing about"
            " real thieves.\n"
        ),
        "```\n" + f"{data['generated']['command']}\n{card.get('left_out', card)['command']}" + "\n```\n",
        (
            f"Learnt from {data['learnt_from']['rows']:,} payments, {data['learnt_from']['from']} to"
            f" {data['learnt_from']['to']}, with the labels that had arrived {data['gap_days']} days later; measured on"
            f" {data['measured_on']['rows']:,} from {data['measured_on']['from']} to {data['measured_on']['to']}.\n"
        ),
        _table(("measure", "later payments"), sorted(metrics.items())),
        _by_kind(card),
        "The best single feature, `{feature}`, has an AUC-PR of {auc_pr}.\n".format(**_closer(card)),
        (
            "Directions that no tree may learn the contrary of are among the parameters in `card.json`. Weak are large"
            " payments that the victim was talked into, and money passed on by mules: both look like somebody's first"
            " rent and somebody's first transfer.\n"
        ),
    ]
    return "\n".join(part for part in parts if part)


def _closer(card: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = card["closer"]["best_single_feature"]
    return found


def _by_kind(card: dict[str, Any]) -> str:
    left_out = card.get("left_out", {}).get("recall_at_fpr_0.01")
    if left_out is None:
        return ""
    rows = [(kind, each["known"], each["never_seen"], each["payments"]) for kind, each in left_out.items()]
    told = "Share caught where 1 % of honest payments are flagged, by models that knew a kind and that never saw it:"
    return f"{told}\n\n{_table(('kind', 'known', 'never seen', 'payments'), rows)}"


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)
