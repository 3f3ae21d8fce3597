"""Texts as they are read aloud."""
# ruff: noqa: RUF001, E501 - Cyrillic letters are meant, and tables

from __future__ import annotations

import time

import pytest

from tests.text.test_same_words import SAME
from voicelab.compare.word_errors import compare_words
from voicelab.languages import CODES
from voicelab.settings import CHECKOUT
from voicelab.text.aloud import read_aloud
from voicelab.text.readings import readings_of
from voicelab.transcripts.spelling import split_words

READ = [
    ("It costs $1,234.56.", "It costs one thousand two hundred and thirty-four dollars and fifty-six cents."),
    ("3.5 % of them", "three point five percent of them"),
    ("in the 1990s, in 2005 and 1905", "in the nineteen nineties, in two thousand five and nineteen oh five"),
    ("the 100th at 9:30 a.m.", "the one hundredth at nine thirty a.m."),
    ("on 01/02/2024", "on January second, twenty twenty-four"),
    ("Dr. Hill, 12 Main St., No. 5", "Doctor Hill, twelve Main Street, Number five"),
    ("St. Mary's and Mt. Everest", "Saint Mary's and Mount Everest"),
    ("No. I said no.", "No. I said no."),
    ("5 kg at 12 km/h, 1 ft", "five kilograms at twelve kilometers per hour, one foot"),
    ("5 a day, room 12B", "five a day, room twelve B"),
    ("Call (555) 123-4567!", "Call (five five five) one two three four five six seven!"),
    ("jane.doe@example.org", "jane dot doe at example dot org"),
    ("https://example.org/a?b=1", "example dot org slash a question mark b equals one"),
    ("Chapter IV, Henry VIII, World War II", "Chapter four, Henry the eighth, World War two"),
    ("Then I went. MIX it.", "Then I went. MIX it."),
    ("$2 million and 2½ cups", "two million dollars and two and a half cups"),
    ("2 January, Sept. 30, the 3rd of May", "the second of January, September thirtieth, the third of May"),
    ("-12°C and -5kg", "minus twelve degrees celsius and minus five kilograms"),
    ("$1, £1.01 and $1 million", "one dollar, one pound and one penny and one million dollars"),
    ("5 € or $ 5 for 3 km²", "five euros or five dollars for three square kilometers"),
    ("won 3:1 at 16:9, 2x4, 10^6", "won three to one at sixteen to nine, two by four, ten to the power of six"),
    ("v2.0 of ca. 1850", "version two point zero of circa eighteen fifty"),
    ("+44 20 7946", "plus four four two zero seven nine four six"),
    ("5² and x", "five to the power of two and x"),
    ("5 ≠ 6", "five is not equal to six"),
    ("ftp://example.org/~bob", "example dot org slash tilde bob"),
    ("Dr. & Mrs. Hill", "Doctor and Missus Hill"),
    ("AT&T etc.", "AT and T et cetera."),
    ("  Two\n\n5 lines ", "  Two\n\nfive lines "),
    ('wait <break time="500ms"/> 5', 'wait <break time="500ms"/> five'),
    ("Nothing here, at all!", "Nothing here, at all!"),
]


@pytest.mark.parametrize(("text", "aloud"), READ)
def test_english_is_written_out_as_it_is_said(text: str, aloud: str) -> None:
    assert read_aloud(text, "english") == aloud
    assert read_aloud(aloud, "english") == aloud, "what is written out stays"


def test_dates_follow_the_setting() -> None:
    assert read_aloud("01/02/2024", "english", "day-first") == "February first, twenty twenty-four"
    assert read_aloud("25/12/2024", "english") == "December twenty-fifth, twenty twenty-four"


@pytest.mark.parametrize(("_kind", "line", "_heard"), SAME)
def test_what_is_written_out_says_the_same(_kind: str, line: str, _heard: str) -> None:
    """The writer and the reader of numbers are different code: what one writes the other reads as the same."""
    aloud = read_aloud(line, "english")
    errors = compare_words(split_words(line, "english"), split_words(aloud, "english")).errors
    assert errors.rate == 0, aloud
    assert not any(character.isdigit() for character in aloud), aloud


@pytest.mark.parametrize(
    ("language", "text", "aloud"),
    [
        ("german", "Am 3. Mai um 25, z. B. Dr. Hinz", "Am dritten Mai um fünfundzwanzig, zum Beispiel Doktor Hinz"),
        ("german", "Er wurde 3. Es kostet 3,50 €.", "Er wurde drei. Es kostet drei Euro fünfzig."),
        ("german", "um 9:30 Uhr, 12 %", "um neun Uhr dreißig, zwölf Prozent"),
        ("french", "M. Dupont a 80 ans.", "Monsieur Dupont a quatre-vingts ans."),
        ("spanish", "El Sr. Gil tiene 16 €.", "El Señor Gil tiene dieciséis euros."),
        ("italian", "Il sig. Rossi ha 21 anni.", "Il signor Rossi ha ventuno anni."),
        ("portuguese", "100 km", "cem quilômetros"),
        ("russian", "5 книг, т. е. 10 %", "пять книг, то есть десять процентов"),
        ("french", "1\u202f234 €, 20\u00a0000 km", "mille deux cent trente-quatre euros, vingt mille kilomètres"),
        ("japanese", "18:30に1,234円", "十八時三十分に千二百三十四円"),
        ("chinese", "8:05和18:00，1,234.5元", "八点零五分和十八点，一千二百三十四点五元"),
        ("korean", "30%", "삼십 퍼센트"),
        ("japanese", "25人", "二十五人"),
        ("german", "am 01.02.2024, der 3.10.1990", "am ersten Februar zweitausendvierundzwanzig, der dritte Oktober neunzehnhundertneunzig"),
        ("german", "vom 24.12. bis 6.1. zu", "vom vierundzwanzigsten zwölften bis sechsten ersten zu"),
        ("german", "um 9.30 Uhr, 1 Uhr", "um neun Uhr dreißig, ein Uhr"),
        ("italian", "alle 9.30, il 9.30", "alle nove e trenta, il nove virgola tre"),
        ("german", "€ 1, 1 km, 1 h, 2,5 km/h, -3 °C", "ein Euro, ein Kilometer, eine Stunde, zwei Komma fünf Kilometer pro Stunde, minus drei Grad Celsius"),
        ("german", "2024-02-30, 5 M, 3D, A4", "2024-02-30, fünf M, 3D, A4"),
        ("french", "le 01/02/2024, 1er mai, la 2e", "le premier février deux mille vingt-quatre, premier mai, la deuxième"),
        ("french", "1 h, 14h, 3,50 €, 5 Mo, 21 m²", "une heure, quatorze heures, trois euros cinquante, cinq mégaoctets, vingt et un mètres carrés"),
        ("italian", "1 h, 2 h, 1 km, 21 km, il 5 ha detto", "un'ora, due ore, un chilometro, ventuno chilometri, il cinque ha detto"),
        ("italian", "1/2/2024, il 2º e la 3ª", "primo febbraio duemilaventiquattro, il secondo e la terza"),
        ("spanish", "21 km, 200 £, 3,50 €, 5 a 10", "veintiún kilómetros, doscientas libras, tres euros con cincuenta, cinco a diez"),
        ("spanish", "el 2/1/2024, el 1.er piso", "el dos de enero de dos mil veinticuatro, el primer piso"),
        ("portuguese", "R$ 3,50 em 1/2/2024, 2 h, 2 km", "três reais e cinquenta em primeiro de fevereiro de dois mil e vinte e quatro, duas horas, dois quilômetros"),
        ("russian", "1 км, 2 км, 5 км, 21 ₽, 22 ₽", "один километр, два километра, пять километров, двадцать один рубль, двадцать два рубля"),
        ("russian", "01.02.2024, 1 мин, 2 т, 2 в 1", "первого февраля две тысячи двадцать четвёртого года, одна минута, две тонны, два в один"),
        ("korean", "2024-06-01 9:30에 5km를", "이천이십사년 유월 일일 아홉 시 삼십 분에 오 킬로미터를"),
        ("korean", "20살 2명, 2024년, -3°C", "스물 살 두 명, 이천이십사년, 마이너스 섭씨 삼 도"),
        ("japanese", "2024/02/01に-3°C、5km、¥500", "二千二十四年二月一日にマイナス摂氏三度、五キロメートル、五百円"),
        ("chinese", "2024-02-01，¥5.5，3kg，-3°C", "二零二四年二月一日，五点五元，三千克，负三摄氏度"),
        ("chinese", "2024年有25本书，占30%。", "二零二四年有二十五本书，占百分之三十。"),
    ],
)  # fmt: skip
def test_other_languages_write_out_their_numbers(language: str, text: str, aloud: str) -> None:
    assert read_aloud(text, language) == aloud


def test_the_table_of_the_documentation_is_what_is_read() -> None:
    text = (CHECKOUT / "docs" / "text.md").read_text(encoding="utf-8")
    table = text.partition("| language | written | said |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[1:]]
    assert {language for language, _written, _said in rows} == set(CODES)
    assert [(written, read_aloud(written, language)) for language, written, _said in rows] == [
        (written, said) for _language, written, said in rows
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the 1,000,000,000th", "the one thousand millionth"),
        ("the 10000000001st", "the ten thousand million and first"),
        ("1234567890123456", "one two three four five six seven eight nine zero one two three four five six"),
        (
            "0.1234567890123456",
            "zero point one two three four five six seven eight nine zero one two three four five six",
        ),
    ],
)
def test_numbers_without_a_name_are_said_digit_by_digit(text: str, said: str) -> None:
    assert read_aloud(text, "english") == said


def _with(digits: str) -> list[str]:
    """What people and hostile clients write with long numbers."""
    return [
        *(digits, f"${digits}", f"€{digits}.50", f"0.{digits}", f"{digits}.{digits}", f"{digits},{digits}"),
        *(f"1/{digits}", f"{digits}%", f"{digits}th", f"-{digits}", f"{digits} km", f"{digits}km", f"No. {digits}"),
        *(f"{digits}:{digits}", f"{digits}-{digits}", f"+{digits}", f"v{digits}.1", f"{digits}x{digits}"),
        *(f"x^{digits}", f"{digits}²", f"http://a.example/{digits}", f"R2D{digits}", "0" * len(digits)),
        *(digits[:3] + ",000" * (len(digits) // 3), "٣" * len(digits), "１" * len(digits), "½" * len(digits)),
    ]


@pytest.mark.parametrize("length", [10, 15, 16, 25, 400, 4400])
@pytest.mark.parametrize("language", CODES)
def test_a_number_of_any_length_is_read(language: str, length: int) -> None:
    for text in _with("1" * length):
        assert read_aloud(text, language).strip(), text[:20]
        readings_of(text.split(), language)


@pytest.mark.parametrize("text", ["1" * 20_000, "." * 19_000 + "1" * 1000, "111 " * 5000, "!" * 19_999 + "a"])
@pytest.mark.parametrize("language", ["english", "german", "chinese"])
def test_a_text_that_was_made_to_take_long_does_not(text: str, language: str) -> None:
    """They took 5 to 20 s, in which nobody else was answered."""
    before = time.process_time()
    read_aloud(text, language)
    assert time.process_time() - before < 3.0
