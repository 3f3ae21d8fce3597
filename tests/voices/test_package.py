"""A voice as one zip file: the round trip is exact, and what is not a voice stays out."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest
import soundfile

from tests.voices.making import KNOWN, noise_clip, words_for
from voicelab.clips.clip import Window
from voicelab.errors import InvalidName, UnknownVoice, UnusablePackage, VoiceExists
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.package import export_voice, import_beside, import_voice
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.voices.voice import Voice


@pytest.fixture
def package(library: VoiceLibrary, tmp_path: Path) -> Path:
    """Anna with her recording, a recipe and a history, exported."""
    clip = noise_clip(10.0)
    recording = tmp_path / "brought.wav"
    soundfile.write(recording, noise_clip(12.0).samples, 24_000, "PCM_16")
    library.save(
        "Anna Zoë", clip, words_for(clip), "english", "By letter, 3 May.", recording=recording, window=Window(1.0, 11.0)
    )
    library.set_recipe("anna-zoe", Recipe(model="qwen3-tts-0.6b-4bit", seed=9, length_s=5.0))
    path = tmp_path / "anna.zip"
    export_voice(library, "Anna Zoë", path)
    return path


@pytest.fixture
def other(tmp_path: Path) -> VoiceLibrary:
    """Another machine's library."""
    return VoiceLibrary(tmp_path / "other" / "voices")


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rewritten(package: Path, change: Callable[[dict[str, bytes]], None], *, honest: bool = True) -> Path:
    """Change the files of a package; with `honest` its manifest is made to fit again."""
    with zipfile.ZipFile(package) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    change(contents)
    if honest:
        manifest = json.loads(contents["manifest.json"])
        manifest["files"] = {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in contents.items()
            if name != "manifest.json"
        }
        contents["manifest.json"] = json.dumps(manifest).encode()
    path = package.with_name("changed.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return path


def refused(other: VoiceLibrary, path: Path, match: str) -> None:
    with pytest.raises(UnusablePackage, match=match):
        import_voice(other, path, known=KNOWN)
    assert other.voices() == []
    assert not list(other.folders.root.parent.glob("**/*.json")), "nothing of it is left"


def test_the_round_trip_is_exact(library: VoiceLibrary, other: VoiceLibrary, package: Path, tmp_path: Path) -> None:
    voice = import_voice(other, package, known=KNOWN)
    assert voice == other.get("anna-zoe") == library.get("anna-zoe")
    assert files_of(other.folders["anna-zoe"]) == files_of(library.folders["anna-zoe"])
    assert other.prompt("anna-zoe").key == library.prompt("anna-zoe").key
    again = tmp_path / "again.zip"
    export_voice(other, "anna-zoe", again)
    assert again.read_bytes() == package.read_bytes()


def test_a_voice_without_a_recording_travels_too(
    save: Callable[..., Voice], library: VoiceLibrary, tmp_path: Path
) -> None:
    save("Bob")
    export_voice(library, "bob", tmp_path / "bob.zip")
    other = VoiceLibrary(tmp_path / "other")
    assert import_voice(other, tmp_path / "bob.zip", known=KNOWN) == library.get("bob")


def test_the_manifest_says_what_is_in_it(package: Path) -> None:
    with zipfile.ZipFile(package) as file:
        manifest = json.loads(file.read("manifest.json"))
        assert manifest["schema_version"] == 1
        assert set(manifest["files"]) == {"voice.json", "clip.wav", "transcript.json", "recording.wav"}
        for name, about in manifest["files"].items():
            assert hashlib.sha256(file.read(name)).hexdigest() == about["sha256"]
        assert json.loads(file.read("voice.json"))["consent"] == "By letter, 3 May."


def test_a_name_that_is_taken_is_said_and_another_one_can_be_given(library: VoiceLibrary, package: Path) -> None:
    with pytest.raises(VoiceExists, match="another name"):
        import_voice(library, package, known=KNOWN)
    voice = import_voice(library, package, "Anna Two", known=KNOWN)
    assert (voice.slug, voice.name) == ("anna-two", "Anna Two")
    assert library.get("anna-two").recipe == library.get("anna-zoe").recipe
    assert library.get("anna-two").history[-1].what == "imported as Anna Two"
    with pytest.raises(InvalidName):
        import_voice(library, package, "../up", known=KNOWN)


def test_beside_what_is_there_it_gets_a_number(
    library: VoiceLibrary, package: Path, other: VoiceLibrary, tmp_path: Path
) -> None:
    assert [import_beside(library, package, known=KNOWN)[0].name for _ in range(2)] == ["Anna Zoë 2", "Anna Zoë 3"]
    assert library.get("anna-zoe-2").recipe == library.get("anna-zoe").recipe
    export_voice(library, "Anna Zoë 2", tmp_path / "renamed.zip")
    for free in (package, tmp_path / "renamed.zip"):
        voice, renamed = import_beside(other, free, known=KNOWN)
        assert voice == library.get(voice.slug), "a free name stays, also one that was given at an earlier import"
        assert not renamed


def test_what_is_not_there_cannot_be_exported(library: VoiceLibrary, tmp_path: Path) -> None:
    with pytest.raises(UnknownVoice):
        export_voice(library, "nobody", tmp_path / "nobody.zip")
    assert not (tmp_path / "nobody.zip").exists()


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/evil", "a/voice.json", "evil.py", "..\\evil", "recording.wav/x"]
)
def test_no_other_name_gets_in(other: VoiceLibrary, package: Path, name: str) -> None:
    path = rewritten(package, lambda files: files.update({name: files.pop("recording.wav")}))
    refused(other, path, "no file of a voice")


def test_links_and_folders_are_refused(other: VoiceLibrary, package: Path) -> None:
    with zipfile.ZipFile(package) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    for kind in (stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO):
        path = package.with_name("link.zip")
        with zipfile.ZipFile(path, "w") as file:
            for name, content in contents.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = ((kind if name == "clip.wav" else stat.S_IFREG) | 0o644) << 16
                file.writestr(entry, b"/etc/passwd" if name == "clip.wav" else content)
        refused(other, path, "link or a folder")


def test_what_unpacks_to_far_too_much_is_refused_while_it_unpacks(other: VoiceLibrary, package: Path) -> None:
    path = rewritten(package, lambda files: files.update({"recording.wav": bytes(40 * 2**20)}))
    assert path.stat().st_size < 2**20
    refused(other, path, "far more")
    refused(other, rewritten(package, lambda files: files.update({"voice.json": b" " * 5 * 2**20})), "far more")


def test_a_file_that_was_changed_on_the_way_is_noticed(other: VoiceLibrary, package: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        files["voice.json"] = files["voice.json"].replace(b"By letter", b"By nobody")

    refused(other, rewritten(package, change, honest=False), "hash differs")


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("clip.wav", b"MZ this is a program", "no usable voice"),
        ("recording.wav", b"#!/bin/sh\necho evil\n" * 100, "no usable voice"),
        ("voice.json", b"{}", "no usable voice"),
        ("voice.json", b"[1, 2]", "no usable voice"),
        ("transcript.json", b'{"schema_version": 1}', "no usable voice"),
    ],
)
def test_what_is_no_voice_inside_is_refused(
    other: VoiceLibrary, package: Path, name: str, content: bytes, match: str
) -> None:
    refused(other, rewritten(package, lambda files: files.update({name: content})), match)


def test_the_clip_must_be_the_voices_own(other: VoiceLibrary, package: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.wav"
    for samples, rate, match in (
        (noise_clip(3.0).samples, 24_000, "as long as"),
        (noise_clip(9.0).samples, 16_000, "no usable"),
    ):
        soundfile.write(wrong, samples, rate, "PCM_16")
        refused(other, rewritten(package, lambda files: files.update({"clip.wav": wrong.read_bytes()})), match)


def test_a_newer_labs_package_is_refused_politely(other: VoiceLibrary, package: Path) -> None:
    def newer(files: dict[str, bytes]) -> None:
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | {"schema_version": 2}).encode()

    refused(other, rewritten(package, newer), "newer Voice Lab")


@pytest.mark.parametrize("slug", ["..", "con", "a/b", "", "A"])
def test_the_folders_name_is_checked(other: VoiceLibrary, package: Path, slug: str) -> None:
    def rename(files: dict[str, bytes]) -> None:
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | {"slug": slug}).encode()

    refused(other, rewritten(package, rename), "cannot be one of a voice")


def test_what_is_no_zip_at_all_is_said(other: VoiceLibrary, tmp_path: Path) -> None:
    path = tmp_path / "voice.zip"
    for content in (b"", b"PK\x03\x04 half of it", b"RIFF"):
        path.write_bytes(content)
        refused(other, path, "no voice package")
    refused(other, tmp_path / "missing.zip", "cannot be read")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("voice.json", "{}")
    refused(other, path, "lacks clip.wav")


def repacked(package: Path, names: Callable[[str], str], *extra: str) -> Path:
    """Pack a package again as Finder or Explorer would: under other names, with files of its own."""
    path = package.with_name("repacked.zip")
    with zipfile.ZipFile(package) as file, zipfile.ZipFile(path, "w") as again:
        for name in extra:
            again.writestr(name, b"" if name.endswith("/") else b"clutter")
        for name in file.namelist():
            again.writestr(names(name), file.read(name))
    return path


FINDER = ("Anna/", "__MACOSX/", "__MACOSX/Anna/", "__MACOSX/Anna/._voice.json", "Anna/.DS_Store", "Anna/._clip.wav")
EXPLORER = ("Anna/", "Anna/Thumbs.db", "Anna/desktop.ini")


@pytest.mark.parametrize(
    ("folder", "extra"), [("Anna/", FINDER), ("Anna/", EXPLORER), ("", (".DS_Store", "__MACOSX/._x"))]
)
def test_what_macos_and_windows_add_does_not_count(
    library: VoiceLibrary, other: VoiceLibrary, package: Path, folder: str, extra: tuple[str, ...]
) -> None:
    import_voice(other, repacked(package, lambda name: folder + name, *extra), known=KNOWN)
    assert files_of(other.folders["anna-zoe"])["clip.wav"] == files_of(library.folders["anna-zoe"])["clip.wav"]
    assert not any(path.name.startswith(".") for path in other.folders["anna-zoe"].iterdir())


@pytest.mark.parametrize(
    ("folder", "extra"),
    [
        ("Anna/inner/", ("Anna/", "Anna/inner/")),
        ("Anna/", ("Anna/", "other/", "other/notes.txt")),
        ("../", ()),
        ("Anna/", ("Anna/", "Anna/notes.txt")),
        ("", ("Anna/",)),
    ],
)
def test_everything_else_stays_strict(other: VoiceLibrary, package: Path, folder: str, extra: tuple[str, ...]) -> None:
    with pytest.raises(UnusablePackage):
        import_voice(other, repacked(package, lambda name: folder + name, *extra), known=KNOWN)
    assert other.voices() == []


def test_a_crowd_of_files_is_refused_before_it_is_listed(other: VoiceLibrary, tmp_path: Path) -> None:
    path = tmp_path / "crowd.zip"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(3000):
            file.writestr(f"__MACOSX/{number}", b"")
    with pytest.raises(UnusablePackage, match="lists 3000 files"):
        import_voice(other, path, known=KNOWN)
