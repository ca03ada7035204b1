"""What rules and models see of a payment, computed by the same code when serving and when training.

``State`` remembers one customer's past in bounded space; ``signals_of`` tells what it says about one more payment;
``vector_of`` turns that into the model's inputs; ``State.observe`` adds what became of the payment. Only the standard
library is imported here: web processes load it.
"""
