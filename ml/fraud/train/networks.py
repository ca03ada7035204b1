"""Neural networks: one that learns labels, and one that learns to repeat payments and stumbles over odd ones."""

import copy
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from ml.fraud.train.fitted import Fitted, Inputs, Sample, Scores, Settings
from ml.fraud.train.graph import Graph
from ml.fraud.train.scaling import Scale

# Hidden layers; the input is the features, the output one number each for good and for fraud.
NETWORK: Final = {"hidden": (64, 32), "epochs": 20, "batch": 1024, "learning_rate": 2e-3, "decay": 1e-5}
AUTOENCODER: Final = {"hidden": (12, 6, 12), "epochs": 10, "batch": 1024, "learning_rate": 2e-3, "decay": 0.0}
PATIENCE: Final = 3
SMALLEST_ERROR: Final = 1e-9

Loss = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


def fit_network(sample: Sample, check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit the network: features, 64, 32, 2."""
    settings = {**NETWORK, **settings}
    layers, scale, epochs = _fit(sample, check, settings, seed, outputs=2, loss=_cross_entropy)

    def part(graph: Graph, inputs: str) -> str:
        both = _part(layers, graph, scale.part(graph, inputs))
        return graph.op("MatMul", both, graph.constant([[-1.0], [1.0]]))

    def log_odds(inputs: Inputs) -> Scores:
        both = _said(layers, scale(inputs))
        return np.asarray(both[:, 1] - both[:, 0], np.float64)

    return Fitted(part, log_odds, {**settings, "epochs": epochs})


def fit_autoencoder(sample: Sample, check: Sample | None, settings: Settings, seed: int) -> Fitted:
    """Fit the autoencoder; its log odds are the logarithm of the mean squared error."""
    settings = {**AUTOENCODER, **settings}
    width = sample.inputs.shape[1]
    layers, scale, epochs = _fit(sample, check, settings, seed, outputs=width, loss=_squared)

    def part(graph: Graph, inputs: str) -> str:
        scaled = scale.part(graph, inputs)
        apart = graph.op("Sub", _part(layers, graph, scaled), scaled)
        mean = graph.op("MatMul", graph.op("Mul", apart, apart), graph.constant(np.full((width, 1), 1 / width)))
        return graph.op("Log", graph.op("Max", mean, graph.constant(SMALLEST_ERROR)))

    def log_odds(inputs: Inputs) -> Scores:
        scaled = scale(inputs)
        apart = (_said(layers, scaled) - scaled) ** 2
        return np.asarray(np.log(np.maximum(apart.mean(axis=1), SMALLEST_ERROR)), np.float64)

    return Fitted(part, log_odds, {**settings, "epochs": epochs}, is_anomaly=True)


def _cross_entropy(said: torch.Tensor, _inputs: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> Any:
    return (nn.functional.cross_entropy(said, labels, reduction="none") * weights).sum() / weights.sum()


def _squared(said: torch.Tensor, inputs: torch.Tensor, _labels: torch.Tensor, weights: torch.Tensor) -> Any:
    return (((said - inputs) ** 2).mean(dim=1) * weights).sum() / weights.sum()


def _fit(
    sample: Sample, check: Sample | None, settings: Settings, seed: int, *, outputs: int, loss: Loss
) -> tuple[nn.Sequential, Scale, int]:
    """Return the trained layers, the scale of their inputs, and how many rounds it took."""
    torch.manual_seed(seed)
    scale = Scale.of(sample.inputs)
    sizes = (sample.inputs.shape[1], *settings["hidden"], outputs)
    layers = nn.Sequential(*_layers(sizes))
    optimiser = torch.optim.Adam(layers.parameters(), lr=settings["learning_rate"], weight_decay=settings["decay"])
    known = _tensors(scale, sample)
    checked = None if check is None else _tensors(scale, check)
    best, kept, since = np.inf, copy.deepcopy(layers.state_dict()), 0
    rounds = settings["epochs"]
    for epoch in range(settings["epochs"]):
        for rows in torch.randperm(len(sample.labels)).split(settings["batch"]):
            optimiser.zero_grad()
            inputs, labels, weights = (each[rows] for each in known)
            loss(layers(inputs), inputs, labels, weights).backward()
            optimiser.step()
        if checked is None:
            continue
        with torch.no_grad():
            now = float(loss(layers(checked[0]), *checked))
        if now < best:
            best, kept, since, rounds = now, copy.deepcopy(layers.state_dict()), 0, epoch + 1
        elif (since := since + 1) >= PATIENCE:
            break
    if checked is not None:
        layers.load_state_dict(kept)
    return layers, scale, rounds


def _tensors(scale: Scale, sample: Sample) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return (
        torch.from_numpy(scale(sample.inputs)),
        torch.from_numpy(sample.labels.astype(np.int64)),
        torch.from_numpy(sample.weights),
    )


def _layers(sizes: tuple[int, ...]) -> Iterator[nn.Module]:
    for number, (before, after) in enumerate(pairwise(sizes)):
        if number:
            yield nn.ReLU()
        yield nn.Linear(before, after)


def _said(layers: nn.Sequential, scaled: Inputs) -> Inputs:
    with torch.no_grad():
        return np.asarray(layers(torch.from_numpy(scaled)).numpy())


def _part(layers: nn.Sequential, graph: Graph, name: str) -> str:
    for layer in layers:
        if isinstance(layer, nn.Linear):
            weights = graph.constant(layer.weight.detach().numpy().T)
            name = graph.op("Add", graph.op("MatMul", name, weights), graph.constant(layer.bias.detach().numpy()))
        else:
            name = graph.op("Relu", name)
    return name
