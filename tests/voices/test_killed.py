"""What a kill leaves behind is found by the next who looks, and mended."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.voices.making import noise_clip
from tests.voices.test_durability import run
from voicelab.clips.wav import write_wav
from voicelab.errors import StorageFailed, UnreadableFile
from voicelab.files import write_atomically
from voicelab.voices.integrity import examine_voices
from voicelab.voices.voice_file import VOICE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.voices.drafts import DraftStore
    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice

    Save = Callable[..., Voice]


@pytest.mark.parametrize("step", ["rename", "fsync", "replace"])
def test_a_kill_before_each_step_of_a_rename_leaves_the_old_name_or_the_new(tmp_path: Path, step: str) -> None:
    """The folder and the name in it always belong together."""
    script = f"""
save(2)
for number in range(30):
    (before,) = library.voices()
    wanted = "Cora" if before.name == "Anna" else "Anna"
    child = os.fork()
    if child == 0:
        die_before("{step}", number)
        library.rename(before.slug, wanted)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    (after,) = library.voices()
    assert library.problems() == []
    assert after.slug == after.name.lower(), after
    assert after.revision == before.revision + (after.name == wanted)
    assert library.clip(after.slug).digest == clips[2].digest
    print("new" if after.name == wanted else "old")
    if os.waitstatus_to_exitcode(status) == 0:
        break
"""
    result = run(script, tmp_path / "voices", check=False)
    assert result.returncode == 0, result.stderr
    seen = result.stdout.split()
    assert seen[0] == "old", "the first was killed before anything was in place"
    assert seen[-1] == "new", "the last one went through"
    assert not list((tmp_path / "voices").glob(".renaming/*"))


def test_half_of_a_removed_draft_is_never_opened_and_is_swept(
    drafts: DraftStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(tmp_path / "brought.wav", noise_clip(3.0))
    draft = drafts.create(tmp_path / "brought.wav", "brought.wav")

    def killed(folder: Path) -> None:
        (folder / "decoded.wav").unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr("voicelab.voices.drafts.shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        drafts.remove(draft.id)
    monkeypatch.undo()
    (left,) = (tmp_path / "drafts").iterdir()
    drafts.sweep(30 * 24 * 3600.0)
    assert not left.exists()


def test_what_a_killed_process_left_half_written_is_cleared_by_the_next_that_writes_it(tmp_path: Path) -> None:
    mine, fresh, others = (tmp_path / name for name in (".a.zip.x.part", ".a.zip.y.part", ".b.zip.x.part"))
    for path in (mine, fresh, others):
        path.write_bytes(b"half")
    for path in (mine, others):
        os.utime(path, (time.time() - 7200,) * 2)
    write_atomically(tmp_path / "a.zip", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([fresh.name, others.name, "a.zip"])


def as_nobody(work: Callable[[], object]) -> int:
    """Do `work` in a process of a user who owns nothing; return its exit code: 0 where it said so in a sentence."""
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setegid(65534)
            os.seteuid(65534)
        try:
            work()
        except (StorageFailed, UnreadableFile) as error:
            os._exit(0 if "permission" in error.message.lower() else 3)
        except BaseException:  # noqa: BLE001 - a traceback is what is looked for
            os._exit(2)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("what", ["voices", "clip"])
def test_what_may_not_be_read_is_a_sentence(library: VoiceLibrary, save: Save, tmp_path: Path, what: str) -> None:
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        if folder.stat().st_uid == os.geteuid() and folder.is_relative_to("/tmp"):  # noqa: S108 - where pytest works
            folder.chmod(folder.stat().st_mode | 0o011)
    save("Anna")
    library.clip("anna")
    path = tmp_path / "voices" if what == "voices" else library.folders["anna"] / "clip.wav"
    mode = path.stat().st_mode
    for each in (tmp_path / "voices", tmp_path / "voices" / "anna", *(tmp_path / "voices" / "anna").iterdir()):
        each.chmod(0o755)
    path.chmod(0)
    try:
        assert as_nobody(library.voices if what == "voices" else lambda: library.clip("anna")) == 0
    finally:
        path.chmod(mode)


def test_a_list_of_words_that_is_damaged_is_found(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    assert list(examine_voices(library, library.folders.root)) == []
    (library.folders.root / "pronunciations.json").write_text("{")
    (found,) = examine_voices(library, library.folders.root)
    assert (found.what, found.level) == ("pronunciations", "fail")
    assert (library.folders["anna"] / VOICE).is_file()
