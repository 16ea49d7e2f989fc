"""Words of every day that are names as well: where one stands alone, or small, it need not be a name.

All in small letters, as ``folding.spellings`` has them. Data: what is missing here is taken for a name.
"""


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _listed(
    """
    will may might mark bank rose june april august summer winter autumn spring day monday friday
    sunday noon dawn eve grace hope faith joy charity patience prudence constance honor honour mercy
    glory art buck chase chip cliff dale dean grant guy major max miles pearl penny rich rock rusty
    sandy skip sky storm sue tab trip ty van wade ward wick woody amber iris ivy daisy lily violet
    ginger holly hazel ruby jade crystal coral young old long short small little large big strong
    weak good best better bright white black brown green gray grey gold silver red blue fair dark
    light high low poor sharp swift quick keen wise wild stark noble free just blunt moody savage
    sweet tender loud still love loving lovely dear cook clerk fisher judge king knight page parson
    pope prince priest queen tailor teller marshal bond banks bell berry bird bloom bolt book boots
    bow box branch bridge brook bush butter camp cane cape case cash castle chance child church clay
    coin cole corn court cox crane cross crow cup east england field fields finch fish fleet flood
    flowers foot ford forest forward foster fountain fox french frost gale gates glass gore grave
    graves groom grove hand hardy hare hart hawk hay head heath hill hills holiday holland home hood
    hook horn horse house hunt island joint jewel key keys ladd lake lamb land lane lark law lawn
    lee leaf life line lion lock lord loyal man march marks marsh mead means meadow mills mint money
    moon moor more moss mount mountain nail night north orange pack paine park parks patch pace
    peace peach peacock pepper place plant plum pond pool post pound power powers price pride
    purchase rain read rice ring rivers road root round rush sales salt sands say scales seal self
    sell shell ship shields shore show singer snow song south spear speed staff star stamp steel
    step stone storey street summers swan tanner thorn tide toll tower towers town trader tree
    trigger trout truelove twist vale vine wall walls war waters way wheat winds wing wolf wood
    woods word worth yard
    """
)
_GERMAN = _listed(
    """
    klein gross lang kurz weiss schwarz braun grun rot blau gelb grau jung alt neu frei stark
    schwach schnell gut besser gerne kluge weise edel ehrlich ernst froh frohlich hart zart kraft
    muth mut trost wild sauer suss fein reich arm rein klar dunn hoch tief schon hubsch still laut
    lieb herz bauer koch richter kaiser konig graf herzog furst ritter pfaff pabst papst abt monch
    bischof kaufmann kellner jager hirt schreiber lehrer arzt meister schuler knecht knoblauch kraut
    kohl rettich winter sommer herbst fruhling lenz montag freitag sonntag sonnabend mai august
    april marz ostern berg tal wald feld stein sand bach see fluss teich brunnen quelle insel baum
    busch strauch blume rose linde eiche buche birke tanne apfel birne pflaume kirsche nuss korn
    weizen hafer gerste brot salz wolf fuchs hase hahn huhn vogel adler falk sperling star kranich
    storch rabe krahe spatz schwan fink bar lowe hirsch igel ochs stier pferd schaf bock kater hecht
    karpfen krebs engel teufel himmel sonne mond stern sturm wind nebel schnee frost eis feuer brand
    blitz donner bank mark pfennig gulden taler geld zoll haus hof stall turm tor dach keller kammer
    stuhl tisch kasten fass krug messer nagel hammer hauer sense pflug rad wagen schiff anker seil
    faden knopf rock hut schuh mantel pelz haar bart kopf hals hand faust fuss bein ende anfang
    gluck segen friede sieg recht rat wort vater mutter bruder kind mann
    """
)
_OTHERS = _listed(
    """
    petit grand long court blanc noir brun roux rouge vert bon beau belle fort riche sage franc
    maire roi comte pape moine fontaine riviere lac mer montagne roche rose fleur mai avril aout
    noel chance moulin maison chateau pont port bueno rico gordo blanco negro rojo verde cruz campos
    rios fuentes flores torres iglesias reyes rey conde duque pastor molina marin mar luz sol paz
    gloria esperanza angeles remedios domingo leon lobo toro leone fontana costa riva bella buono
    grasso basso longo piccolo amore sereno felice fortuna luna rosa klein lang kort wit zwart bruin
    jong oud koning keizer kok bos berg dijk meer water wind zomer winter vos haan
    """
)
COMMON = _ENGLISH | _GERMAN | _OTHERS
