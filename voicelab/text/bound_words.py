"""Words that lean on the next one, in the languages that have spaces."""
# ruff: noqa: E501, RUF001 - a table, Cyrillic letters in it

from __future__ import annotations

_BOUND = {
    "english": "a an the of to in on at by for with from and or but that as if when while which who is are was were be "
    "been has have had not no my your his her its our their this these those than into over under about very so it he "
    "she they we i you will would can could should may might must do does did",
    "german": "der die das den dem des ein eine einen einem einer und oder aber dass daß als wenn weil in im an am auf zu "
    "zum zur von vom mit für bei nach aus um ist sind war waren hat haben wird nicht kein keine sehr so wie sich ich er "
    "sie es wir ihr mein dein sein",
    "french": "le la les l' un une des de du d' à au aux et ou mais que qui dans en sur pour par avec sans ne pas est sont "
    "a ont il elle ils elles je tu nous vous se son sa ses mon ma mes ce cette ces plus très",
    "italian": "il lo la i gli le un uno una di a da in con su per tra fra e o ma che chi non è sono ha hanno si mi ti del "
    "della dei delle al alla nel nella più molto",
    "spanish": "el la los las un una de del a al en con por para sin y o pero que quien no es son ha han se su sus mi tu "
    "más muy lo le",
    "portuguese": "o a os as um uma de do da dos das em no na nos nas com por para sem e ou mas que quem não é são tem se "
    "seu sua meu minha mais muito ao à",
    "russian": "в во на с со к ко о об у из за по под над для и или но а что как не ни же бы ли это он она они мы я ты вы "
    "его её их мой",
}
BOUND_WORDS = {language: frozenset(words.split()) for language, words in _BOUND.items()}
"""Words that lean on the next one: no writer ends a line on purpose after them."""
