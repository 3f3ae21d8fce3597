"""Lines to compare with when one has none: every sound of English, and numbers, questions and names besides."""

from __future__ import annotations

BUILT_IN = (
    "The birch canoe slid on the smooth planks.",
    "Glue the sheet to the dark blue background.",
    "It's easy to tell the depth of a well.",
    "These days a chicken leg is a rare dish.",
    "Rice is often served in round bowls.",
    "The juice of lemons makes fine punch.",
    "The box was thrown beside the parked truck.",
    "The hogs were fed chopped corn and garbage.",
    "Four hours of steady work faced us.",
    "A large size in stockings is hard to sell.",
)
"""The first list of the Harvard sentences, phonetically balanced: IEEE Recommended Practice for Speech Quality
Measurements, IEEE Transactions on Audio and Electroacoustics 17 (1969), 225-246."""
