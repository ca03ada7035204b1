"""The plots of a model card: precision over recall, and promised beside real fraud rates."""

from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from sklearn.metrics import precision_recall_curve

mpl.use("Agg")

from matplotlib import pyplot as plt

# Groups of equally many frauds' worth of score; narrower ones would show chance.
GROUPS: Final = 12
SMALLEST: Final = 1e-5
# Points of a curve that a small picture can show.
POINTS: Final = 500


def draw(path: Path, labels: npt.NDArray[np.bool_], scores: npt.NDArray[Any]) -> None:
    """Write the picture."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    precision, recall, _ = precision_recall_curve(labels, scores)
    shown = np.unique(np.linspace(0, len(recall) - 1, POINTS).astype(int))
    by_recall = np.unique(np.searchsorted(-recall, -np.linspace(0, 1, POINTS)).clip(0, len(recall) - 1))
    kept = np.unique(np.concatenate([shown, by_recall]))
    left.plot(recall[kept], precision[kept])
    left.set(xlabel="recall", ylabel="precision", title="held-out part", xlim=(0, 1), ylim=(0, 1.02))
    promised, real = _groups(labels, scores)
    right.loglog([SMALLEST, 1], [SMALLEST, 1], color="grey", linewidth=0.8)
    right.loglog(promised, real, marker="o")
    right.set(xlabel="score", ylabel="share of frauds", title="calibration")
    figure.savefig(path, dpi=70, metadata={"Software": None})
    plt.close(figure)


def _groups(labels: npt.NDArray[np.bool_], scores: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return mean score and share of frauds of groups, finer where scores are high."""
    order = np.argsort(scores, kind="stable")
    borders = (len(order) * (1 - np.logspace(0, np.log10(max(30, labels.sum() / 4) / len(order)), GROUPS))).astype(int)
    groups = [group for group in np.split(order, borders[1:]) if len(group)]
    means = [(float(scores[group].mean()), float(labels[group].mean())) for group in groups]
    promised, real = np.maximum(np.array(means).T, SMALLEST)
    return promised, real
