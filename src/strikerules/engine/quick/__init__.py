"""Cases told apart by as little as their decision can hang on, and each kind decided once."""

from strikerules.engine.quick.answer import Answer, answer_of
from strikerules.engine.quick.signatures import Signatures
from strikerules.engine.quick.single import Single

__all__ = ["Answer", "Signatures", "Single", "answer_of"]
