"""A session that has begun."""

from __future__ import annotations

from tests.listening.conftest import trial_of
from voicelab.listening.sessions import Sessions
from voicelab.listening.values import ListeningTest
from voicelab.listening.views import Trial


def begin(sessions: Sessions, test: ListeningTest) -> tuple[str, Trial]:
    key = sessions.join(test.token)
    return key, trial_of(sessions, test, key)
