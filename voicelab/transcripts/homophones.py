"""English words that sound the same: only the words around them tell which is said."""

from __future__ import annotations

from voicelab.transcripts.spelling import keys

_SETS = """
ad add|aisle isle|allowed aloud|ate eight|aunt ant|bare bear|be bee|beach beech|been bin|bell belle|berry bury
board bored|brake break|bread bred|buy by bye|cell sell|cent scent sent|cheap cheep|choose chews|close clothes
coarse course|creak creek|dear deer|dew do due|die dye|eye i|fair fare|feat feet|find fined|fir fur|flaw floor
flea flee|flour flower|for four fore|forth fourth|gait gate|great grate|groan grown|guessed guest|hair hare
hall haul|heal heel|hear here|heard herd|higher hire|him hymn|hole whole|hour our are|its it's|idle idol|in inn
key quay|knead need|knew new|knight night|knights nights|knot not|know no|knows nose|lead led|leased least
lessen lesson|loan lone|made maid|mail male|main mane|meat meet|mind mined|missed mist|morning mourning|none nun
oar or ore|one won|pail pale|pain pane|pair pear|pairs pears|passed past|patience patients|pause paws|peace piece
peak peek|peer pier|plain plane|plum plumb|plums plumbs|poor pour|pray prey|principal principle|profit prophet
rain reign|raise rays|rap wrap|read reed|read red|real reel|right rite write|rights writes|ring wring|road rode
role roll|root route|rote wrote|rose rows|roe row|sail sale|scene seen|sea see|seam seem|serial cereal|sew so
shoe shoo|side sighed|slay sleigh|soar sore|sole soul|some sum|son sun|sons suns|stair stare|stairs stares
stake steak|stationary stationery|steal steel|straight strait|suite sweet|tail tale|tea tee|team teem|their there
they're their|they're there|threw through|throne thrown|thyme time|tide tied|to too two|toe tow|vain vein
wade weighed|waist waste|wait weight|waited weighted|wales whales|ware wear|wear where|way weigh|we're where
weak week|weather whether|which witch|who's whose|wood would|you're your|blew blue|hey hay|heir air|knit nit
"""
_SAME: dict[str, set[str]] = {}
for _words in _SETS.replace("\n", "|").split("|"):
    for _word in _words.split():
        _SAME.setdefault("".join(keys(_word)), set()).update("".join(keys(each)) for each in _words.split())


def homophones(word: str, other: str) -> bool:
    """Say whether two different words, with their marks and capitals, sound the same in English."""
    one, another = "".join(keys(word)), "".join(keys(other))
    return one != another and another in _SAME.get(one, ())
