"""What a full stop follows without ending a sentence, by language, and words that begin one."""
# ruff: noqa: E501, RUF001 - tables, Cyrillic letters in them

from __future__ import annotations

_LATIN = "dr prof st sr jr cf etc vs vol fig figs nr tel max min ca approx art op cit ibid ph.d m.a b.a"

ABBREVIATIONS: dict[str, frozenset[str]] = {
    name: frozenset(f"{_LATIN} {words}".split())
    for name, words in {
        "english": "mr mrs ms mx messrs rev hon gen col maj capt cpt lt sgt cpl pvt adm cmdr gov sen rep pres supt mt ft "
        "pp ch ed eds viz e.g i.e est dept univ assn ave blvd rd hwy jan feb mar apr jun jul aug sept sep oct nov dec "
        "mon tue tues wed thu thur thurs fri sat sun inc ltd co corp bros a.m p.m u.s u.k d.c al et.al ext apt bldg",
        "german": "hr fr frl dipl ing dipl.-ing mag med phil jur nat rer h.c bzw z.b d.h u.a u.ä o.ä i.d.r v.a s.o s.u z.t "
        "vgl abb bd bde s ff f str co nr abs evtl ggf ggü inkl exkl zzgl usw usf evt geb gest verh jh jhd std "
        "min sek jan feb mär apr jun jul aug sept okt nov dez mo fr sa fa frdl gez hrsg allg bes dgl ev kath "
        "lt mind mio mrd tsd sog vorm nachm zzt z u d b h",
        "french": "m mm mme mmes mlle mlles me mgr pr av bd boul env p pp éd hab janv févr avr juill sept oct nov déc "
        "c.-à-d c-à-d ex par.ex apr st ste bibl chap coll dép dir ét exempl fasc inf sup réf s.a.r.l r.-v h tél",
        "italian": "sig sigg sig.ra sig.na sig.re dott dott.ssa ing avv arch geom rag on sen cap pag pagg cfr es per.es ecc "
        "n s ss sec soc p.zza v.le c.so genn febbr mar apr magg giu lug ag sett ott nov dic a.c d.c s.p.a s.r.l p.es tel "
        "ing gent egr spett",
        "spanish": "sra srta sres dra d dña ud uds vd vds lic gral cap cnel tte ing arq av avda pág págs núm núms s sto sta "
        "ee.uu ee uu a.c d.c p.ej ej aprox depto dpto izq der ene febr abr jul ago sept oct nov dic a.m p.m a p s.a s.l "
        "cía c.ía gob mons fr tel",
        "portuguese": "sra srta srs dra profa eng arq exmo exma exa v v.exa d dna gen cap cel ten sgt av r pç pág págs "
        "p pp séc n.º s sto sta aprox ex p.ex jan fev abr jun jul ago set out nov dez ltda cia s.a a.c d.c tel",
        "russian": "г-н г-жа г гг ул пр просп пл пер д кв корп стр с см ср рис табл им акад проф доц инж тов гр т.е т.д "
        "т.п т.к т.н и.о н.э до.н.э в вв руб коп тыс млн млрд ч мин сек кг км м т е д п к н э тел ст п чел напр обл",
        "korean": "",
        "chinese": "",
        "japanese": "",
    }.items()
}
"""In lower case, without their last full stop."""

_MAY_END = {
    "english": "etc inc ltd co corp bros a.m p.m u.s u.k d.c jr sr al ph.d st ave rd blvd mon tue wed thu fri sat sun "
    "jan feb mar apr jun jul aug sept sep oct nov dec dept",
    "german": "etc usw usf ff f str std jh u.ä o.ä dgl min sek",
    "french": "etc env s.a.r.l h",
    "italian": "etc ecc s.p.a s.r.l sec d.c a.c",
    "spanish": "etc s.a s.l uu ee.uu uds ud a.m p.m m d.c a.c cía",
    "portuguese": "etc ltda cia s.a d.c a.c",
    "russian": "т.д т.п др г гг в вв руб коп тыс млн млрд мин сек кг км м ч д п э н.э чел",
}
MAY_END = {name: frozenset(words.split()) for name, words in _MAY_END.items()}
"""Of those, the ones that also stand at the end of a sentence: then a word that begins sentences follows."""

_STARTERS = {
    "english": "the a an he she it they we i you this that these those there here then but and so yes no what who why "
    "where when how his her their our my its after before later now if in on at for nothing everyone please",
    "german": "der die das ein eine er sie es wir ihr ich du dies diese dieser dann aber und so ja nein was wer warum wo "
    "wann wie danach später jetzt wenn in im am auf für nichts alle bitte sein ihre",
    "french": "le la les un une il elle ils elles nous vous je tu ce cette ces puis mais et oui non que qui pourquoi où "
    "quand comment après maintenant si en à dans rien voilà c'est ça on",
    "italian": "il lo la i gli le un una lui lei loro noi voi io tu questo questa poi ma e sì no che chi perché dove "
    "quando come dopo ora se in a niente ecco ne è si",
    "spanish": "el la los las un una él ella ellos nosotros yo tú este esta luego pero y sí no qué quién dónde cuándo "
    "cómo después ahora si en a nada eso esto ya es se",
    "portuguese": "o a os as um uma ele ela eles nós eu tu este esta depois mas e sim não que quem onde quando como agora "
    "se em nada isto isso já é",
    "russian": "он она оно они мы я ты вы это этот потом но и да нет что кто где когда как после теперь если в на вот всё "
    "дорого затем",
}
STARTERS = {name: frozenset(words.split()) for name, words in _STARTERS.items()}
"""Words that rarely stand in capitals inside a sentence: after a short form they begin the next one."""

_COUNTED = {"german": "s. abb. nr. kap. bd. tab. seite nummer kapitel band abbildung tabelle"}
COUNTED = {name: frozenset(words.split()) for name, words in _COUNTED.items()}
"""What is followed by a number that is no ordinal, though a full stop may stand after it."""
