"""References and lines for the bleed benchmark.

The thresholds of compare/bleed.py were tuned on TUNING and are measured on HELD_OUT.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Texts:
    """Texts of voices' clips, and lines that takes should say."""

    references: tuple[str, ...]
    lines: tuple[str, ...]
    odd: tuple[str, ...]
    """Lines that begin with a hesitation, or hold numbers: a recognizer writes them otherwise than the line does."""
    sharing: tuple[tuple[str, str], ...]
    """A reference and a line that shares words with it, most of them the reference's last ones at its start."""


TUNING = Texts(
    references=(
        "The lighthouse keeper walked down to the harbor every morning, long before the sun came up.",
        "We drove for six hours through the desert, and the radio found only one station.",
        "My grandfather repaired clocks in a small shop behind the railway station.",
        "If you listen carefully, you can hear the ice on the lake crack at night.",
        "She opened the letter with a kitchen knife and read it twice before she sat down.",
        "Nobody in the village knew her name, but everybody knew her laugh.",
        "The train was late again, so I bought a newspaper and a cup of tea.",
        "He painted the old boat blue, because that was the only color he had.",
        "In spring the river rises, and for two weeks the lower road is gone.",
        "My aunt kept bees behind the school, and she gave honey to every teacher.",
        "The last ferry leaves at nine, so we ran all the way to the pier.",
        "You can borrow the ladder, but please bring it back before Sunday.",
        "It was so quiet in the library that I heard my own watch tick.",
        "The cook tasted the soup, shook his head, and reached for the pepper.",
        "Three of the players were sick, and still they won the final game.",
        "Somebody had left a red umbrella on the bench, and nobody came to claim it.",
    ),
    lines=(
        "The universe is so vast, and here I am, speaking from a fifteen second sample.",
        "Please leave a message after the tone.",
        "Tomorrow will be cloudy, with a little rain in the afternoon.",
        "Thank you for calling.",
        "Twelve people signed the petition on the first day.",
        "Have you ever seen a hummingbird stand still?",
        "Open the window, it is far too warm in here.",
        "I think we should take the other road.",
        "Good morning.",
        "A quick brown fox jumps over the lazy dog.",
        "Where did you put the keys to the garage?",
        "This machine makes less noise than the old one.",
        "All the shops in the center stay open until late tonight.",
        "Remember to water the plants while we are away.",
        "My sister would rather walk than wait for the bus.",
        "Every morning the same man feeds the pigeons.",
        "Actually, nothing has been decided yet.",
        "He said that he would call, and he never did.",
        "Please hold the line.",
        "See you next week.",
    ),
    odd=(
        "Well, I am not so sure about that.",
        "Um, could you say that again?",
        "Oh, what a lovely surprise!",
        "So, shall we begin?",
        "Hmm, let me think about it for a moment.",
        "At 7:45 the second train leaves from platform 12.",
        "15 people called about the flat on Tuesday.",
        "The package weighs 3.5 kilograms and costs $40.",
        "In 1969 two men walked on the moon.",
        "Room 218 is on the second floor.",
        "2 of the 9 lamps are broken.",
        "Call 555 0134 and ask for Mr. Green.",
    ),
    sharing=(
        ("Nobody in the village knew her name, but everybody knew her laugh.", "Her laugh was louder than the sea."),
        (
            "My grandfather repaired clocks in a small shop behind the railway station.",
            "The railway station is closed on Sundays.",
        ),
        (
            "She opened the letter with a kitchen knife and read it twice before she sat down.",
            "Sat down at last, she began to read the letter again.",
        ),
        (
            "The train was late again, so I bought a newspaper and a cup of tea.",
            "A cup of tea and a newspaper are all I need.",
        ),
        (
            "We drove for six hours through the desert, and the radio found only one station.",
            "One station played nothing but the news.",
        ),
        (
            "The cook tasted the soup, shook his head, and reached for the pepper.",
            "Pepper is what the soup needs.",
        ),
        ("The last ferry leaves at nine, so we ran all the way to the pier.", "The pier was closed after nine."),
        (
            "Three of the players were sick, and still they won the final game.",
            "Game after game was won by the same players.",
        ),
        ("You can borrow the ladder, but please bring it back before Sunday.", "Sunday is a good day to borrow it."),
        ("If you listen carefully, you can hear the ice on the lake crack at night.", "At night the lake is quiet."),
        (
            "It was so quiet in the library that I heard my own watch tick.",
            "My watch stopped in the library.",
        ),
        (
            "My aunt kept bees behind the school, and she gave honey to every teacher.",
            "Every teacher got honey from the bees.",
        ),
        (
            "In spring the river rises, and for two weeks the lower road is gone.",
            "The road is gone, and so is the river.",
        ),
    ),
)

HELD_OUT = Texts(
    references=(
        "Every summer my cousins came to the farm, and we slept in the barn on fresh hay.",
        "The museum opens at ten, but the queue begins to form around half past eight.",
        "I lost my wallet somewhere between the bakery and the bus stop.",
        "After the storm the whole beach was covered with driftwood and broken shells.",
        "Our neighbor plays the cello in the evening, and nobody has ever complained.",
        "They planted forty apple trees along the road that leads to the old mill.",
        "The doctor told him to rest for a week, so he went fishing instead.",
        "A thin line of smoke rose from the chimney and vanished over the hills.",
        "When the lights went out, someone in the back row started to sing.",
        "The bridge was built in a single winter by people who had never built one before.",
        "You need two eggs, a little sugar, and more patience than you think.",
        "It took the committee three meetings to agree on the color of the door.",
        "The dog waited at the gate until the school bus turned the corner.",
        "Before the invention of the telephone, bad news traveled slowly.",
        "She keeps every ticket of every concert in a green metal box.",
        "On clear nights you can see the mountains on the other side of the water.",
    ),
    lines=(
        "The meeting has been moved to Thursday at noon.",
        "Could you pass me the salt, please?",
        "Scientists have found water under the surface of the moon.",
        "Turn left at the church and follow the river.",
        "Welcome back.",
        "There is nothing quite like the smell of rain on dry ground.",
        "His suitcase was full of books and had no room for shoes.",
        "Your order will arrive within five working days.",
        "Yes, of course.",
        "Most cats sleep for more than twelve hours a day.",
        "We apologize for the delay and thank you for your patience.",
        "In the middle of the square stands a fountain without water.",
        "Press the red button twice to restart the machine.",
        "Why does everyone keep asking me that question?",
        "The company sold more bicycles this year than in the last ten together.",
        "Breathe in slowly, count to four, and breathe out again.",
        "Nobody expected the young team to win.",
        "Her brother studies medicine in Lisbon.",
        "Keep the receipt in case you want to return the jacket.",
        "All passengers are asked to remain seated.",
    ),
    odd=(
        "Ah, there you are!",
        "Er, I would rather not.",
        "Oh no, we forgot the bread again.",
        "Okay, everybody back to work.",
        "Um, the second door on the right, I think.",
        "At 6:30 the gates are opened.",
        "24 hours later it was all over.",
        "The ticket costs $18.50 for adults.",
        "In 2015 the factory moved to another town.",
        "Bus 47 goes every 10 minutes.",
    ),
    sharing=(
        (
            "Every summer my cousins came to the farm, and we slept in the barn on fresh hay.",
            "Fresh hay smells of summer.",
        ),
        (
            "Every summer my cousins came to the farm, and we slept in the barn on fresh hay.",
            "The barn on the farm was full of hay.",
        ),
        (
            "The museum opens at ten, but the queue begins to form around half past eight.",
            "Half past eight is too early for a museum.",
        ),
        ("I lost my wallet somewhere between the bakery and the bus stop.", "The bus stop is in front of the bakery."),
        ("I lost my wallet somewhere between the bakery and the bus stop.", "Bus stop number nine was closed."),
        (
            "After the storm the whole beach was covered with driftwood and broken shells.",
            "Shells and driftwood covered the beach.",
        ),
        (
            "Our neighbor plays the cello in the evening, and nobody has ever complained.",
            "Complained about the cello? Nobody ever has.",
        ),
        (
            "They planted forty apple trees along the road that leads to the old mill.",
            "The old mill has been empty for forty years.",
        ),
        (
            "The doctor told him to rest for a week, so he went fishing instead.",
            "Instead of fishing, the doctor took a rest.",
        ),
        (
            "A thin line of smoke rose from the chimney and vanished over the hills.",
            "Over the hills there was a thin line of light.",
        ),
        ("When the lights went out, someone in the back row started to sing.", "To sing in the back row is no sin."),
        (
            "The bridge was built in a single winter by people who had never built one before.",
            "One before the other, they crossed the bridge.",
        ),
        (
            "You need two eggs, a little sugar, and more patience than you think.",
            "Than you think, fewer eggs are needed.",
        ),
        (
            "It took the committee three meetings to agree on the color of the door.",
            "The door of the committee was always open.",
        ),
        (
            "The dog waited at the gate until the school bus turned the corner.",
            "The corner by the gate is where the dog sleeps.",
        ),
        ("Before the invention of the telephone, bad news traveled slowly.", "Slowly, the telephone was lifted again."),
        ("She keeps every ticket of every concert in a green metal box.", "A green metal box stood on the shelf."),
        (
            "On clear nights you can see the mountains on the other side of the water.",
            "The water was clear, and so were the nights.",
        ),
        ("She keeps every ticket of every concert in a green metal box.", "Box after box was carried out."),
        ("You need two eggs, a little sugar, and more patience than you think.", "You think that patience is enough."),
    ),
)
