"""Remember what was measured of the last few clips."""

from __future__ import annotations

import threading
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from cachetools import LRUCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from voicelab.clips.clip import Clip

Value = TypeVar("Value")
More = ParamSpec("More")


def remembered(
    size: int,
) -> Callable[[Callable[Concatenate[Clip, More], Value]], Callable[Concatenate[Clip, More], Value]]:
    """Make a function of a clip, and of more that is hashable, remember its last `size` results, by the clip's digest.

    Unlike functools.lru_cache it holds no clip: half an hour of samples is 173 MB. Results are shared: they must be
    immutable. Two threads that ask at once may both compute; both get the same.
    """

    def decorate(function: Callable[Concatenate[Clip, More], Value]) -> Callable[Concatenate[Clip, More], Value]:
        results: LRUCache[Hashable, Value] = LRUCache(size)
        lock = threading.Lock()

        @wraps(function)
        def remembering(clip: Clip, /, *args: More.args, **named: More.kwargs) -> Value:
            key = (clip.digest, args, tuple(named.items()))
            with lock:
                if key in results:
                    return results[key]
            result = function(clip, *args, **named)
            with lock:
                results[key] = result
            return result

        return remembering

    return decorate
