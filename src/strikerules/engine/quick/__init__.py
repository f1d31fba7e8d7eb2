"""Cases told apart by as little as their decision can hang on, and each kind decided once."""

from strikerules.engine.quick.answer import Answer, answer_of
from strikerules.engine.quick.signatures import Signatures

__all__ = ["Answer", "Signatures", "answer_of"]
