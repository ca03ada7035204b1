"""Refusals about models: registering, promoting, retraining, and the labels they learn from."""

from securebank.kernel.errors import Conflict, Invalid, Missing, Refused


class ModelMissing(Missing):
    """No such version."""

    code = "model_not_found"
    title = "There is no such model"


class ModelRefused(Invalid):
    """The files are not those that the card names, too large, no model, or made for nothing that is judged here."""

    code = "model_invalid"
    title = "This model can't be registered"


class MayNotPromote(Refused):
    """The person's role does not allow it."""

    code = "may_not_promote_model"
    title = "You may not change which model judges"


class ModelFixed(Conflict):
    """Not in the state that this step begins from."""

    code = "model_fixed"
    title = "The model is not in a state for this"


class ChampionChanged(Conflict):
    """A colleague was first: another model judges than the one that was to be replaced."""

    code = "champion_changed"
    title = "Another model became the champion meanwhile"


class ModelWorse(Conflict):
    """On the newest labelled payments it finds less fraud than the champion; the facts have the figures."""

    code = "model_worse"
    title = "The model is worse than the champion"


class TwoPeopleNeeded(Refused):
    """This bank wants a second person to agree."""

    code = "two_people_needed"
    title = "A second person has to agree"


class ReasonNeeded(Invalid):
    """Nothing said why, or too much."""

    code = "reason_needed"
    title = "Please say why"


class TrainingRunning(Conflict):
    """One at a time."""

    code = "training_running"
    title = "A training is running"


class TrainingMissing(Missing):
    """No such run, or it has ended."""

    code = "training_not_found"
    title = "There is no such training"


class MayNotExclude(Refused):
    """The person's role does not allow it, or the labels are their own."""

    code = "may_not_exclude_labels"
    title = "You may not take out these labels"


class ReviewerMissing(Missing):
    """No such colleague, or the labels are in the state that was asked for already."""

    code = "reviewer_not_found"
    title = "There are no such labels"
