"""Signs and short forms that stand for words in English: currencies, scales, units of measure."""

from __future__ import annotations

from voicelab.text.lattice import Slot, one

CURRENCIES: dict[str, tuple[Slot, Slot]] = {
    "$": (one("dollars", "dollar", "bucks"), one("cents", "cent")),
    "us$": (one("dollars", "dollar", "us dollars", "american dollars"), one("cents", "cent")),
    "a$": (one("dollars", "dollar", "australian dollars"), one("cents", "cent")),
    "c$": (one("dollars", "dollar", "canadian dollars"), one("cents", "cent")),
    "€": (one("euros", "euro"), one("cents", "cent")),
    "£": (one("pounds", "pound"), one("pence", "p", "penny")),
    "¥": (one("yen", "yuan"), ()),
    "₹": (one("rupees", "rupee"), one("paise")),
    "₩": (one("won"), ()),
    "₽": (one("rubles", "ruble", "roubles"), one("kopecks")),
    "₿": (one("bitcoin", "bitcoins"), ()),
    "¢": (one("cents", "cent"), ()),
}
"""Sign: the whole unit and its hundredth, plural first."""
CURRENCY_CODES = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}

SCALES = {
    "hundred": "hundred", "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion",
    "k": "thousand", "m": "million", "mn": "million", "mio": "million", "b": "billion", "bn": "billion",
    "t": "trillion", "tn": "trillion",
}  # fmt: skip

UNITS = {
    "km": "kilometers", "m": "meters", "cm": "centimeters", "mm": "millimeters", "nm": "nanometers", "kg": "kilograms",
    "g": "grams", "mg": "milligrams", "lb": "pounds", "lbs": "pounds", "oz": "ounces", "ft": "feet", "in": "inches",
    "yd": "yards", "yds": "yards", "mi": "miles", "mph": "miles per hour", "kph": "kilometers per hour",
    "km/h": "kilometers per hour", "kmh": "kilometers per hour", "m/s": "meters per second", "l": "liters",
    "ml": "milliliters", "cl": "centiliters", "gal": "gallons", "hz": "hertz", "khz": "kilohertz", "mhz": "megahertz",
    "ghz": "gigahertz", "b": "bytes", "kb": "kilobytes", "mb": "megabytes", "gb": "gigabytes", "tb": "terabytes",
    "kbps": "kilobits per second", "mbps": "megabits per second", "gbps": "gigabits per second", "w": "watts",
    "kw": "kilowatts", "mw": "megawatts", "kwh": "kilowatt hours", "v": "volts", "a": "amps", "mah": "milliamp hours",
    "ma": "milliamps", "db": "decibels", "s": "seconds", "sec": "seconds", "secs": "seconds", "ms": "milliseconds",
    "min": "minutes", "mins": "minutes", "h": "hours", "hr": "hours", "hrs": "hours", "wk": "weeks", "wks": "weeks",
    "yr": "years", "yrs": "years", "mo": "months", "px": "pixels", "dpi": "dots per inch", "fps": "frames per second",
    "rpm": "revolutions per minute", "bpm": "beats per minute", "ha": "hectares", "sq": "square", "cal": "calories",
    "kcal": "kilocalories", "j": "joules", "kj": "kilojoules", "n": "newtons", "pa": "pascals", "hp": "horsepower",
    "m2": "square meters", "km2": "square kilometers", "m3": "cubic meters", "cm2": "square centimeters",
    "°c": "degrees celsius", "°f": "degrees fahrenheit", "°": "degrees", "%": "percent", "pts": "points",
    "pt": "points",    "pp": "pages", "c": "celsius", "f": "fahrenheit",
    "pcs": "pieces", "doz": "dozen", "tsp": "teaspoons",
    "tbsp": "tablespoons", "qt": "quarts", "pct": "percent",
}  # fmt: skip
"""What a short form after a number stands for, in the plural."""
_SINGULAR = {"feet": "foot", "inches": "inch", "hertz": "hertz", "miles per hour": "mile per hour"}


def unit_ways(short: str) -> Slot:
    """Return the ways to say the unit that `short` (lower case, without full stop) stands for; empty for none."""
    name = UNITS.get(short)
    if name is None:
        return ()
    first, _space, rest = name.partition(" ")
    singular = _SINGULAR.get(first, first.removesuffix("s"))
    ways = [name, f"{singular} {rest}".strip()]
    ways += [way.replace(" per ", " an " if "hour" in way else " a ") for way in ways if " per " in way]
    if short in {"°c", "°f"}:
        ways += ["degrees", f"degrees {short[1]}"]
    return one(*ways)
