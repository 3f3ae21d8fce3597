"""Everything that can go wrong, as one tree. Each message is for the person at the screen: what is wrong, what to do.

VoiceLabError
├── WrongInput              the person can mend it by giving something else
│   ├── EmptyText           there is nothing to say
│   ├── TextTooLong         more text than one request may carry
│   ├── InvalidValue        one field is out of its range; `field` names it
│   │   ├── InvalidName     a name no folder can be made of
│   │   ├── ModelTooLarge   this machine would swap with it
│   │   └── UnsupportedLanguage
│   ├── UnreadableAudio     the file holds no audio that can be decoded
│   ├── AudioTooLong        longer than the lab works on
│   ├── UnusableBackup      a file that is no backup, or not the one that was made
│   ├── UnusablePackage     a zip file that is no voice, or not the one that was exported
│   ├── ClipUnusable        decoded, but no voice can be made of it
│   └── InvalidCheckpoint   a model folder with something missing or wrong in it
├── NotFound
│   ├── UnknownVoice
│   ├── UnknownModel
│   ├── UnknownDraft        the voice in the making was removed, or never was
│   ├── UnknownExperiment
│   ├── UnknownTake         spoken a while ago on the page, and not kept
│   ├── UnknownTest         no listening test of that id, or no link of that token
│   ├── LinkClosed          the link was revoked, has expired, or has all its answers
│   └── UnknownTrial        not one of this listener's
│       └── UnknownSession  no listener of the test has that key
├── Conflict                somebody or something was there first
│   ├── ModelInUse          loaded, being downloaded, or needed by a comparison
│   ├── ExperimentInUse     its takes are being made, or a listening test came of it
│   ├── AlreadyAnswered     in another tab, for example
│   ├── VoiceExists
│   ├── VoiceChanged        saved elsewhere since it was opened here
│   └── Replaced            a newer text of the same client took this one's place
├── Forbidden               asked for correctly, and refused
│   └── ConsentMissing      a voice that nobody agreed to is not served to other machines
├── Unavailable             right, but not now; `retry_after_s` says when
│   ├── ModelUnavailable    not on disk and it cannot be downloaded
│   ├── ClusterUnavailable  no scheduler answers, or none of its workers is a lab
│   ├── LibraryBusy         another process holds the lock of the library, or of an experiment
│   ├── NotReady            starting, downloading, loading or warming up
│   ├── QueueFull
│   ├── TooManyTries        somebody guesses
│   └── RateLimited         one client asks more often than it may
├── Failed                  the lab's side failed
│   ├── EngineCrashed       the engine process died twice on the same job
│   ├── NothingSpoken       the model ended before its first sound
│   ├── NeverEnded          the model hit its frame limit: not audio, a failure
│   ├── StorageFailed       disk full, read-only, no permission
│   └── UnreadableFile      a file of the lab's own is damaged, or a newer lab wrote it
└── Cancelled               the person asked for it
"""

from __future__ import annotations


class VoiceLabError(Exception):
    """The root. `code` is the stable word that HTTP and JSON answers carry."""

    code = "error"

    def __init__(self, message: str) -> None:
        """Keep the sentence that the person will read."""
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross the pipe of the engine process: rebuild without calling subclasses' constructors."""
        return _rebuild, (type(self), self.message, self.__dict__)


def _rebuild(kind: type[VoiceLabError], message: str, state: dict[str, object]) -> VoiceLabError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    return error


class WrongInput(VoiceLabError):
    """The person can mend it by giving something else."""

    code = "wrong_input"


class EmptyText(WrongInput):
    """There is nothing to say."""

    code = "empty_text"


class TextTooLong(WrongInput):
    """More text than one request may carry."""

    code = "text_too_long"


class InvalidValue(WrongInput):
    """One field is out of its range."""

    code = "invalid_value"

    def __init__(self, field: str, message: str) -> None:
        """Name the field beside the sentence."""
        super().__init__(message)
        self.field = field


class InvalidName(InvalidValue):
    """A name no folder can be made of."""

    code = "invalid_name"

    def __init__(self, message: str) -> None:
        """Name the field for the caller."""
        super().__init__("name", message)


class ModelTooLarge(InvalidValue):
    """The model needs more memory than the machine has, so that it would swap."""

    code = "model_too_large"

    def __init__(self, message: str) -> None:
        """Name the field for the caller."""
        super().__init__("model", message)


class UnsupportedLanguage(InvalidValue):
    """A language that the lab, the model or the recognizer does not know."""

    code = "unsupported_language"

    def __init__(self, message: str) -> None:
        """Name the field for the caller."""
        super().__init__("language", message)


class UnreadableAudio(WrongInput):
    """The file holds no audio that can be decoded."""

    code = "unreadable_audio"


class AudioTooLong(WrongInput):
    """Longer than the lab works on."""

    code = "audio_too_long"


class UnusableBackup(WrongInput):
    """The file is no backup, or not the one that was made."""

    code = "unusable_backup"


class UnusablePackage(WrongInput):
    """A zip file that is no voice, or not the one that was exported."""

    code = "unusable_package"


class ClipUnusable(WrongInput):
    """Decoded, but no voice can be made of it."""

    code = "clip_unusable"


class InvalidCheckpoint(WrongInput):
    """A model folder with something missing or wrong in it."""

    code = "invalid_checkpoint"


class NotFound(VoiceLabError):
    """It does not exist here."""

    code = "not_found"


class UnknownVoice(NotFound):
    """No voice of that name."""

    code = "unknown_voice"


class UnknownModel(NotFound):
    """No catalogue name, repository or folder of that name."""

    code = "unknown_model"


class UnknownDraft(NotFound):
    """The voice in the making was removed, or never was."""

    code = "unknown_draft"


class UnknownExperiment(NotFound):
    """No experiment of that id."""

    code = "unknown_experiment"


class UnknownTake(NotFound):
    """Spoken a while ago on the page, and not kept."""

    code = "unknown_take"


class UnknownTest(NotFound):
    """No listening test of that id, or no link of that token."""

    code = "unknown_test"


class LinkClosed(NotFound):
    """The link to a listening test was revoked, has expired, or has all its answers."""

    code = "link_closed"


class UnknownTrial(NotFound):
    """Not a trial, stimulus or session of this listener."""

    code = "unknown_trial"


class UnknownSession(UnknownTrial):
    """No listener of this test has that key: the only case in which a listener's page forgets it and begins again."""

    code = "unknown_session"


class Conflict(VoiceLabError):
    """Somebody or something was there first."""

    code = "conflict"


class ModelInUse(Conflict):
    """Loaded, being downloaded, or needed by a comparison: it is not deleted."""

    code = "model_in_use"


class ExperimentInUse(Conflict):
    """Its takes are being made, or a listening test came of it: it is not removed."""

    code = "experiment_in_use"


class AlreadyAnswered(Conflict):
    """The trial has an answer that cannot be changed."""

    code = "already_answered"


class NotHeard(Conflict):
    """The answer came before its stimuli can have been heard."""

    code = "not_heard"


class VoiceExists(Conflict):
    """The name is taken."""

    code = "voice_exists"


class VoiceChanged(Conflict):
    """The voice was saved elsewhere since it was opened here."""

    code = "voice_changed"


class Replaced(Conflict):
    """A newer text of the same client took this one's place in the queue, as it had asked."""

    code = "replaced"


class Forbidden(VoiceLabError):
    """Asked for correctly, and refused."""

    code = "forbidden"


class ConsentMissing(Forbidden):
    """A voice without a consent note is not served to other machines."""

    code = "consent_missing"


class Unavailable(VoiceLabError):
    """Right, but not now."""

    code = "unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        """Say when it is worth asking again, in seconds, where that is known."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ModelUnavailable(Unavailable):
    """Not on disk and it cannot be downloaded."""

    code = "model_unavailable"


class LibraryBusy(Unavailable):
    """Another process has held a lock for longer than any work with it takes."""

    code = "library_busy"


class ClusterUnavailable(Unavailable):
    """No scheduler answers at the address, or none of its workers is one of Voice Lab's."""

    code = "cluster_unavailable"


class NotReady(Unavailable):
    """Starting, downloading, loading or warming up."""

    code = "not_ready"


class TooManyTries(Unavailable):
    """Somebody tries one link after the other."""

    code = "too_many_tries"


class QueueFull(Unavailable):
    """The engine's queue holds as many jobs as it may."""

    code = "queue_full"


class RateLimited(Unavailable):
    """One client asks more often than it may."""

    code = "rate_limited"


class Failed(VoiceLabError):
    """The lab's side failed."""

    code = "failed"


class EngineCrashed(Failed):
    """The engine process died twice on the same job, or cannot be started at all."""

    code = "engine_crashed"


class NothingSpoken(Failed):
    """The model ended before its first sound."""

    code = "nothing_spoken"


class NeverEnded(Failed):
    """The model hit its frame limit: what it made is not what was asked for."""

    code = "never_ended"


class StorageFailed(Failed):
    """Disk full, read-only or no permission."""

    code = "storage_failed"


class IncompatibleLibrary(Failed):
    """An installed package lacks something inside it that the lab relies on, or lets something through."""

    code = "incompatible_library"


class UnreadableFile(Failed):
    """A file that the lab itself keeps is damaged, or was written by a newer lab."""

    code = "unreadable_file"


class Cancelled(VoiceLabError):
    """The person asked for it."""

    code = "cancelled"
