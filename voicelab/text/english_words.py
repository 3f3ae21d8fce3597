"""English words that are written in several ways: contractions, abbreviations, spellings, addresses, Roman numerals."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from voicelab.text.english_signs import signs
from voicelab.text.lattice import Form, Slot, Way, one
from voicelab.text.numbers import cardinal, ordinal

if TYPE_CHECKING:
    from collections.abc import Mapping

ABBREVIATIONS: dict[str, str] = {
    "dr": "doctor|drive", "mr": "mister", "mrs": "missus|mistress", "ms": "miz|miss", "prof": "professor",
    "st": "saint|street", "ste": "suite|saint", "mt": "mount", "ft": "fort|feet", "rev": "reverend", "hon": "honorable",
    "gov": "governor", "sen": "senator", "rep": "representative", "pres": "president", "gen": "general",
    "col": "colonel", "maj": "major", "capt": "captain", "cpt": "captain", "lt": "lieutenant", "sgt": "sergeant",
    "cpl": "corporal", "pvt": "private", "adm": "admiral", "cmdr": "commander", "jr": "junior", "sr": "senior",
    "esq": "esquire", "ave": "avenue", "av": "avenue", "rd": "road", "blvd": "boulevard", "ln": "lane",
    "hwy": "highway", "pl": "place", "sq": "square", "apt": "apartment", "bldg": "building", "dept": "department",
    "univ": "university", "inc": "incorporated", "ltd": "limited", "co": "company|county", "corp": "corporation",
    "bros": "brothers", "assn": "association", "govt": "government", "intl": "international",
    "etc": "et cetera|etcetera",    "vs": "versus", "v": "versus",
    "eg": "for example", "ie": "that is", "cf": "compare", "viz": "namely",
    "ca": "circa|about", "approx": "approximately",
    "est": "established|estimated", "fig": "figure", "figs": "figures", "vol": "volume",
    "vols": "volumes", "ch": "chapter", "chap": "chapter", "sec": "section|second", "ed": "edition|editor",
    "pp": "pages", "p": "page", "no": "number", "nos": "numbers", "nr": "number", "tel": "telephone",
    "ext": "extension",    "max": "maximum", "min": "minimum|minute",
    "temp": "temperature", "avg": "average", "misc": "miscellaneous",
    "tbsp": "tablespoon", "tsp": "teaspoon", "asap": "as soon as possible", "aka": "also known as",
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july", "aug": "august",
    "sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december", "mon": "monday",
    "tue": "tuesday", "tues": "tuesday", "wed": "wednesday", "thu": "thursday", "thur": "thursday",
    "thurs": "thursday", "fri": "friday", "sat": "saturday", "sun": "sunday", "w/o": "without", "w/": "with",
    "b/c": "because", "n": "and", "x-mas": "christmas", "xmas": "christmas",
}  # fmt: skip
"""What each stands for, several with "|": where a full stop follows, or where the short form is no word itself."""
WORDS_TOO = {
    "no", "st", "co", "sat", "sun", "mar", "mon", "wed", "fig", "ms", "ed", "gen", "col", "pl", "sec", "min", "max",
    "temp", "rep", "hon", "pres", "ch", "p", "v", "n", "ft", "ln", "mt", "est", "ext", "pp", "inc", "tel", "eg", "ie",
    "dec", "nov", "jan", "maj", "sq", "adm", "ave", "av", "vol", "nos", "asap", "aka", "sen", "gov", "cf", "rd", "apt",
    "ca",
}  # fmt: skip
"""Short forms that are words, names or initials without their full stop."""
_STREETS = {"st", "ave", "rd", "ft", "mt"}
"""Of these, what is no word, name or initials in capitals either: "5th Ave"."""
_INITIALS = {"e.g": "eg", "i.e": "ie", "w/o": "w/o"}

_WHOLE: dict[str, str] = {
    "ok": "okay|o k", "okay": "okay|o k", "o.k": "okay|o k", "alright": "alright|all right", "gonna": "going to",
    "wanna": "want to|want a", "gotta": "got to|have got to|got a", "gimme": "give me", "lemme": "let me",
    "gotcha": "got you", "tryna": "trying to", "skilful": "skillful", "skilfully": "skillfully", "learnt": "learned",
    "burnt": "burned", "dreamt": "dreamed", "spelt": "spelled", "wwii": "world war two", "wwi": "world war one",
    "dunno": "don't know|do not know", "kinda": "kind of", "sorta": "sort of", "outta": "out of", "lotta": "lot of",
    "coulda": "could have", "shoulda": "should have", "woulda": "would have", "hafta": "have to", "cuz": "because",
    "cos": "because", "'cause": "because", "cause": "because", "'em": "them", "'til": "until", "til": "until",
    "till": "until", "'tis": "it is", "tis": "it is", "'twas": "it was", "y'all": "you all", "ma'am": "madam",
    "c'mon": "come on", "'bout": "about", "'round": "around", "'n'": "and", "n'": "and", "'n": "and",
    "can't": "can not",    "won't": "will not", "shan't": "shall not",
    "ain't": "is not|am not|are not", "let's": "let us", "mum": "mom",
    "mums": "moms", "mummy": "mommy", "mam": "mom", "hmm": "hm", "hmmm": "hm", "mmm": "mm", "uhm": "um", "umm": "um",
    "uhh": "uh", "ahh": "ah", "ohh": "oh", "aww": "aw", "woah": "whoa", "yeah": "yeah|yea", "thru": "through",
    "tonite": "tonight", "donut": "doughnut", "donuts": "doughnuts", "grey": "gray", "whiskey": "whisky",
    "percent": "percent|per cent", "versus": "versus", "cannot": "can not", "nite": "night", "tho": "though",
    "etcetera": "et cetera", "etc": "et cetera", "doctor": "doctor", "missus": "missus", "missis": "missus",
    "mister": "mister", "metre": "meter", "metres": "meters", "kilometre": "kilometer", "kilometres": "kilometers",
    "centimetre": "centimeter", "centimetres": "centimeters", "millimetre": "millimeter", "millimetres": "millimeters",
    "litre": "liter", "litres": "liters", "kilo": "kilogram", "kilos": "kilograms", "www": "www|w w w", "hiya": "hi ya",
    "o'clock": "o'clock",
    "storey": "story", "storeys": "stories", "cosy": "cozy", "tyre": "tire", "tyres": "tires", "cheque": "check",
    "cheques": "checks", "kerb": "curb", "draught": "draft", "plough": "plow", "jewellery": "jewelry",
    "aluminium": "aluminum", "programme": "program", "programmes": "programs", "sceptic": "skeptic",
    "sceptical": "skeptical", "artefact": "artifact", "artefacts": "artifacts", "enquiry": "inquiry",
    "enquiries": "inquiries", "licence": "license", "licences": "licenses", "practise": "practice",
    "adviser": "advisor",    "advisers": "advisors", "acknowledgement": "acknowledgment",
    "ageing": "aging", "moustache": "mustache",
    "omelette": "omelet", "gaol": "jail", "yoghurt": "yogurt", "catalogue": "catalog", "dialogue": "dialog",
    "analogue": "analog", "hullo": "hello", "hallo": "hello", "goodbye": "goodbye|good bye",
    "rock'n'roll": "rock and roll",
}  # fmt: skip
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "n't": ("not",), "'re": ("are",), "'ve": ("have",), "'ll": ("will", "shall"), "'d": ("would", "had", "did"),
    "'m": ("am",), "'s": ("is", "has"),
}  # fmt: skip
_ELSE_WITHOUT = {"it's", "let's", "we're", "we'll", "he'll", "she'll", "i'll", "we'd", "she'd", "i'd", "he'd"}
"""Words that sound like another one without their apostrophe: "we're" is not "were"."""

_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_NUMBERED = {
    "chapter", "part", "volume", "book", "act", "scene", "section", "article", "appendix", "phase", "stage", "type",
    "class", "grade", "level", "step", "unit", "war", "bowl", "title", "table", "figure", "episode", "season", "mark",
    "category", "group", "division", "tier", "canto", "verse", "psalm", "olympiad", "amendment", "apollo", "vatican",
    "schedule", "annex", "exhibit", "round", "symphony", "opus", "quartet", "sonata", "concerto", "movement", "world",
    "rocky", "rambo", "saw", "final", "fantasy", "godfather", "wars", "trek", "generation", "number", "model",
}  # fmt: skip
_REGNAL = {
    "elizabeth", "charles", "james", "george", "edward", "henry", "william", "richard", "john", "mary", "napoleon",
    "louis", "francis", "philip", "felipe", "ferdinand", "peter", "catherine", "nicholas", "alexander", "ivan", "otto",
    "frederick", "wilhelm", "friedrich", "leopold", "joseph", "franz", "karl", "pius", "paul", "benedict", "gregory",
    "innocent", "urban", "leo", "clement", "ramses", "ramesses", "ptolemy", "darius", "xerxes", "cyrus", "juan",
    "carlos", "pedro", "alfonso", "isabella", "victor", "emmanuel", "umberto", "robert", "david", "constantine",
    "theodosius", "justinian", "sixtus", "boniface", "christian", "gustav", "haakon", "harald", "olav", "baudouin",
    "albert", "rudolf", "maximilian", "ludwig", "stephen", "margaret", "malcolm", "queen", "king", "pope", "emperor",
}  # fmt: skip
_ADDRESS = re.compile(
    r"(?:(?:https?|ftp)://)?(?:[\w+%-]+(?:\.[\w+%-]+)*@)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?:[/:?#]\S*)?|[\w.+-]+@\S+"
)
_DOTTED = re.compile(r"(?:[a-z]\.)+[a-z]?")


@cache
def _spellings() -> dict[str, str]:
    """British to American spellings: the table of OpenAI's Whisper, as whisper-normalizer carries it."""
    table = files("whisper_normalizer") / "normalizers" / "english.json"
    return dict(json.loads(table.read_text(encoding="utf-8")))


def is_address(core: str) -> bool:
    """Say whether `core`, in lower case, is an address of the web or of mail."""
    return bool(_ADDRESS.fullmatch(core)) and not _DOTTED.fullmatch(core)


def american(word: str) -> str:
    """Return a word in lower case as it is compared: "colour" is "color", "towards" is "toward"."""
    spelled = _spellings().get(word, word)
    if spelled.endswith("wards"):
        return spelled[:-1]
    if spelled.endswith("'s") and (mine := _spellings().get(spelled[:-2])):
        return f"{mine}'s"
    return spelled


def word_forms(core: str, *, stopped: bool, written: str) -> list[Form]:
    """Return the ways to say a word without digits, the usual one first.

    `core` is it in lower case without the marks around it, `stopped` whether a full stop follows, `written` as it was
    written: initials and names tell by their case.
    """
    found: list[Form] = []
    if said := _WHOLE.get(core):
        found.append((_listed(said),))
    short = _INITIALS.get(core, core.replace(".", ""))
    named = short in _STREETS and written[:1].isupper()
    if (said := ABBREVIATIONS.get(short)) and (stopped or "." in core or short not in WORDS_TOO or named):
        found.append((_listed(said),))
    if _DOTTED.fullmatch(core):
        found.append((one(short, " ".join(short)),))
    elif is_address(core):
        found += [signs(core), signs(re.sub(r"^(?:https?|ftp)://(www\.)?", "", core))]
    elif not core.replace("'", "").replace("-", "").isalpha():
        found.append(signs(core))
    if core[:1] == "'" or "'" in core:
        found += _contracted(core)
    if "-" in core:
        found.append(tuple(_plain(part) for part in core.split("-") if part))
    if written.isupper() and core.isalpha() and len(core) <= 5:  # noqa: PLR2004 - initials are no longer
        found.append(((_letters(core)),))
    return [*found, (_plain(core),)] if "-" not in core else found or [(_plain(core),)]


def roman(written: str) -> int:
    """Return the value of a Roman numeral in capitals, 0 for what is none."""
    if not written or not _ROMAN.fullmatch(written):
        return 0
    values = [_ROMAN_VALUES[letter] for letter in written]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def roman_slot(written: str, before: str, before_written: str) -> Slot:
    """Return the ways to say a Roman numeral after the word `before` (lower case); empty where it is none.

    "Chapter IV" is "chapter four", "Henry VIII" "Henry the eighth"; a lone "I" counts after such words only.
    """
    number = roman(written)
    if not number:
        return ()
    if len(written) > 1 and set(written) <= set("IVX"):  # no word is written so
        return (cardinal(number), ordinal(number), ("the", *ordinal(number)))
    named = before_written[:1].isupper() and before not in _NUMBERED
    if before not in _NUMBERED | _REGNAL and (not named or written in {"I", "C", "D", "L", "M"}):
        return ()
    ways: list[Way] = [cardinal(number)]
    if before in _REGNAL or named:
        ways.append(("the", *ordinal(number)))
    if before in _NUMBERED:
        ways.append(ordinal(number))
    return tuple(ways)


def numeral_aloud(written: str, before: str) -> Way:
    """Return how a Roman numeral after the word `before` is read: "four" after "Chapter", "the eighth" after a name."""
    number = roman(written)
    named = before[:1].isupper() and before.lower() not in _NUMBERED
    if not number or not (named or before.lower() in _NUMBERED) or (len(written) == 1 and named and written != "V"):
        return () if not (written == "I" and before.lower() in _REGNAL) else ("the", "first")
    return ("the", *ordinal(number)) if named else cardinal(number)


def _listed(said: str) -> Slot:
    return one(*said.split("|"))


def _letters(core: str) -> Slot:
    return ((american(core),), tuple(core))


def _plain(part: str) -> Slot:
    return ((american(part.replace("'", "") if part not in _ELSE_WITHOUT else part),),)


def _contracted(core: str) -> list[Form]:
    for ending, ways in _ENDINGS.items():
        if core.endswith(ending) and len(core) > len(ending):
            return [(_plain(core.removesuffix(ending)), one(*ways))]
    return []
