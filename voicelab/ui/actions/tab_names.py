"""The ids of the page's tabs: what an action opens, and what stands in the address (static/page/navigation.js)."""

SPEAK = "speak"
MAKE = "make"
COMPARE = "compare"
LISTEN = "listen"
VOICES = "voices"
MACHINE = "machine"
