"""The only door to numba's compiler: typed, cached on disk, without fastmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def _jit(function: F, **options: Any) -> F:
    try:
        return cast("F", numba.njit(cache=True, nogil=True, **options)(function))
    except RuntimeError:  # nowhere to write the cache: an installation that nobody may write to
        return cast("F", numba.njit(nogil=True, **options)(function))


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers to machine code, on one thread.

    The compiled code is cached beside the module; set-up warms it, so no first page waits.
    ``fastmath`` stays off: published figures do not depend on the order of additions.
    """
    return _jit(function)


def compiled_inline(function: F) -> F:
    """Compile a small function into each of its compiled callers."""
    return _jit(function, inline="always")


def compiled_parallel(function: F) -> F:
    """Compile a function whose ``parallel_range`` loops run on all cores.

    Only for loops whose iterations write to places of their own: no shared sum, so that the
    number of threads changes no figure.
    """
    return _jit(function, parallel=True)


parallel_range: type[range] = numba.prange
