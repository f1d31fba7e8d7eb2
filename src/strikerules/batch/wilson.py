"""How exact a share is that was found by drawing at random."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from strikerules.batch.columns import Floats

__all__ = ["CONFIDENCE", "wilson"]

CONFIDENCE = 0.95


def wilson(
    hits: ArrayLike, draws: ArrayLike, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats]:
    r"""Return Wilson's score interval of the share that independent draws estimate.

    Parameters
    ----------
    hits, draws : array_like
        How many of how many draws.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : ndarray
        NaN where there is no draw.

    Notes
    -----
    With :math:`p = x/n` and :math:`z` the quantile of the normal distribution,

    .. math:: \frac{p + \frac{z^2}{2n} \pm z \sqrt{\frac{p(1-p)}{n} + \frac{z^2}{4n^2}}}
              {1 + \frac{z^2}{n}}

    Unlike :math:`p \pm z\sqrt{p(1-p)/n}` it is never beyond 0 and 1, and is of use where no
    draw hits, or every one.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    J. Am. Stat. Assoc. 22 (1927), 209-212; R. G. Newcombe, "Two-sided confidence intervals for
    the single proportion", Statist. Med. 17 (1998), 857-872, method 3.

    Examples
    --------
    >>> low, high = wilson(81, 263)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2553, 0.3662)
    """
    x, n = np.asarray(hits, dtype=np.float64), np.asarray(draws, dtype=np.float64)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = x / n
        middle = p + z**2 / (2 * n)
        half = z * np.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
        low, high = (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    # what is 0 or 1 by the formula is so, whatever the rounding
    low, high = np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)
    nothing = n == 0
    return np.where(nothing, np.nan, low), np.where(nothing, np.nan, high)
