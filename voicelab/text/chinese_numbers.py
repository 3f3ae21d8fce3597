"""Chinese numbers, which num2words does not have."""

from __future__ import annotations

from voicelab.text.numbers import is_two_digits

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
_GROUP = 10_000


def chinese(number: int) -> list[str]:
    """Return the ways to say `number`, 0 to 10^16: "二百零五", "两百零五"; digit by digit what may be a year."""
    if number == 0:
        return ["零"]
    said = _cardinal(number)
    ways = [said, said.replace("二百", "两百").replace("二千", "两千").replace("二万", "两万")]
    if not is_two_digits(str(number)):
        ways.append("".join(_DIGITS[int(digit)] for digit in str(number)))
    if number == 2:  # noqa: PLR2004 - two of something
        ways.append("两")
    return list(dict.fromkeys(ways))


def _cardinal(number: int) -> str:
    groups: list[str] = []
    gap = False
    for at in range(len(_GROUPS)):
        rest = number // _GROUP**at % _GROUP
        if not rest:
            gap = bool(groups)
            continue
        needs_zero = bool(groups) and (gap or number // _GROUP ** (at - 1) % _GROUP < _GROUP // 10)
        if needs_zero and groups:
            groups[-1] = f"零{groups[-1]}"
        groups.append(_group(rest) + _GROUPS[at])
        gap = False
    said = "".join(reversed(groups))
    return said.removeprefix("一") if said.startswith("一十") else said


def _group(number: int) -> str:
    said, zero = "", False
    for at in reversed(range(len(_PLACES))):
        digit = number // 10**at % 10
        if digit:
            said += ("零" if zero else "") + _DIGITS[digit] + _PLACES[at]
            zero = False
        elif said:
            zero = True
    return said
