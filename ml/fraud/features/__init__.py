"""What rules and models see of a payment, computed by the same code when serving and when training.

``State`` remembers one customer's past in bounded space; ``signals_of`` tells what it says about one more payment;
``vector_of`` turns that into the model's inputs; ``State.observe`` adds what became of the payment. Only the standard
library is imported here: web processes load it.
"""

from ml.fraud.features.events import PaymentEvent
from ml.fraud.features.reading import signals_of
from ml.fraud.features.signals import Signals
from ml.fraud.features.state import Outcome, State
from ml.fraud.features.vector import FEATURES, SCHEMA, vector_of

__all__ = ["FEATURES", "SCHEMA", "Outcome", "PaymentEvent", "Signals", "State", "signals_of", "vector_of"]
