"""Remember what was measured of the last few clips."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.clips.clip import Clip

Value = TypeVar("Value")


def remembered(size: int) -> Callable[[Callable[[Clip], Value]], Callable[[Clip], Value]]:
    """Make a function of one clip remember its last `size` results, by the clip's digest.

    Unlike functools.lru_cache it holds no clip: half an hour of samples is 173 MB. Results are shared: they must be
    immutable. Two threads that ask at once may both compute; both get the same.
    """

    def decorate(function: Callable[[Clip], Value]) -> Callable[[Clip], Value]:
        results: OrderedDict[str, Value] = OrderedDict()
        lock = threading.Lock()

        @wraps(function)
        def remembering(clip: Clip) -> Value:
            with lock:
                if clip.digest in results:
                    results.move_to_end(clip.digest)
                    return results[clip.digest]
            result = function(clip)
            with lock:
                results[clip.digest] = result
                if len(results) > size:
                    results.popitem(last=False)
            return result

        return remembering

    return decorate
