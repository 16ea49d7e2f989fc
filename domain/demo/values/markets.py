"""Markets of the made-up company.

Telephone numbers lie in the ranges that regulators keep for fiction (BNetzA in Germany, ARCEP in
France, Ofcom in the United Kingdom, 555-01xx in North America) and elsewhere in blocks of zeros,
which are hardly ever assigned.
"""

from domain.demo.values.chance import Weighted
from domain.demo.values.market import City, Market

_GERMANY = Market(
    *("de_DE", "DE", "de", "Europe/Berlin", "EUR"),
    cities=(
        City("Berlin", "10###", "+49 30 23125 ###"),
        City("Hamburg", "20###", "+49 40 66969 ###"),
        City("München", "80###", "+49 89 99998 ###"),
        City("Köln", "50###", "+49 221 4710 ###"),
        City("Frankfurt am Main", "60###", "+49 69 90009 ###"),
    ),
    streets=(
        *("Lindenstraße", "Goethestraße", "Am Mühlbach", "Bahnhofstraße", "Gärtnerweg"),
        *("Schillerplatz", "Hauptstraße", "Rosenweg", "Königsallee", "Kirchgasse"),
    ),
    address="{street} {number}, {postcode} {city}",
    trades=(
        *("Maschinenbau", "Logistik", "Feinkost", "Software"),
        *("Energietechnik", "Medizintechnik", "Hochbau", "Textil"),
    ),
    companies=("{family} {trade} GmbH", "{family} & {other} KG", "{trade} {city} AG"),
)

_FRANCE = Market(
    *("fr_FR", "FR", "fr", "Europe/Paris", "EUR"),
    cities=(
        City("Paris", "750##", "+33 1 99 00 ## ##"),
        City("Nantes", "440##", "+33 2 61 91 ## ##"),
        City("Lille", "590##", "+33 3 53 01 ## ##"),
        City("Lyon", "690##", "+33 4 65 71 ## ##"),
        City("Bordeaux", "330##", "+33 5 36 49 ## ##"),
    ),
    streets=(
        *("rue de la République", "rue Victor-Hugo", "avenue des Tilleuls", "rue du Marché"),
        *("boulevard Saint-Michel", "place de l’Église", "rue des Écoles", "chemin du Château"),
    ),
    address="{number} {street}, {postcode} {city}",
    trades=(
        *("Mécanique", "Transports", "Épicerie fine", "Logiciels"),
        *("Énergies", "Santé", "Bâtiment", "Tissages"),
    ),
    companies=("{trade} {family} SARL", "{family} et {other} SAS", "{trade} de {city} SA"),
)

_SPAIN = Market(
    *("es_ES", "ES", "es", "Europe/Madrid", "EUR"),
    cities=(
        City("Madrid", "280##", "+34 910 000 ###"),
        City("Barcelona", "080##", "+34 930 000 ###"),
        City("Valencia", "460##", "+34 960 000 ###"),
        City("Málaga", "290##", "+34 950 000 ###"),
    ),
    streets=(
        *("Calle Mayor", "Calle de Alcalá", "Avenida de la Constitución", "Plaza de España"),
        *("Calle San José", "Paseo del Río", "Calle Peñalara", "Ronda de Atocha"),
    ),
    address="{street} {number}, {postcode} {city}",
    trades=(
        *("Mecánica", "Logística", "Alimentación", "Informática"),
        *("Energía", "Clínicas", "Construcción", "Tejidos"),
    ),
    companies=("{trade} {family} S.L.", "{family} y {other} S.A.", "{trade} {city} S.L."),
)

_ITALY = Market(
    *("it_IT", "IT", "it", "Europe/Rome", "EUR"),
    cities=(
        City("Milano", "201##", "+39 02 0000 ####"),
        City("Roma", "001##", "+39 06 0000 ####"),
        City("Torino", "101##", "+39 011 000 ####"),
        City("Bologna", "401##", "+39 051 000 ####"),
        City("Napoli", "801##", "+39 081 000 ####"),
    ),
    streets=(
        *("Via Garibaldi", "Via Roma", "Corso Vittorio Emanuele", "Via Dante"),
        *("Piazza della Libertà", "Via XX Settembre", "Viale dei Mille", "Via Mazzini"),
    ),
    address="{street} {number}, {postcode} {city}",
    trades=(
        *("Meccanica", "Trasporti", "Alimentari", "Informatica"),
        *("Energia", "Sanità", "Costruzioni", "Tessuti"),
    ),
    companies=("{trade} {family} S.r.l.", "{family} e {other} S.n.c.", "{trade} {city} S.p.A."),
)

_BRITAIN = Market(
    *("en_GB", "GB", "en", "Europe/London", "GBP"),
    cities=(
        City("London", "SE1 #@@", "+44 20 7946 0###"),
        City("Leeds", "LS1 #@@", "+44 113 496 0###"),
        City("Manchester", "M1 #@@", "+44 161 496 0###"),
        City("Edinburgh", "EH1 #@@", "+44 131 496 0###"),
        City("Bristol", "BS1 #@@", "+44 117 496 0###"),
    ),
    streets=(
        *("Station Road", "High Street", "Church Lane", "Victoria Road", "Mill Lane"),
        *("Park Avenue", "The Crescent", "Queen Street", "Orchard Close"),
    ),
    address="{number} {street}, {city} {postcode}",
    trades=(
        *("Engineering", "Haulage", "Foods", "Software"),
        *("Energy", "Healthcare", "Builders", "Textiles"),
    ),
    companies=("{family} {trade} Ltd", "{family} & {other} LLP", "{city} {trade} plc"),
)

_AMERICA = Market(
    *("en_US", "US", "en", "America/New_York", "USD"),
    cities=(
        City("New York, NY", "100##", "+1 212 555 01##"),
        City("Boston, MA", "021##", "+1 617 555 01##"),
        City("Chicago, IL", "606##", "+1 312 555 01##", "America/Chicago"),
        City("Austin, TX", "787##", "+1 512 555 01##", "America/Chicago"),
        City("Denver, CO", "802##", "+1 303 555 01##", "America/Denver"),
        City("Seattle, WA", "981##", "+1 206 555 01##", "America/Los_Angeles"),
        City("Portland, OR", "972##", "+1 503 555 01##", "America/Los_Angeles"),
    ),
    streets=(
        *("Maple Avenue", "Main Street", "Oak Drive", "Lakeview Road", "2nd Street"),
        *("Washington Boulevard", "Cedar Lane", "Sunset Drive", "Franklin Street"),
    ),
    address="{number} {street}, {city} {postcode}",
    trades=(
        *("Manufacturing", "Freight", "Foods", "Software"),
        *("Energy", "Health", "Construction", "Apparel"),
    ),
    companies=("{family} {trade} Inc.", "{family} & {other} LLC", "{family} {trade} Corp."),
)

_POLAND = Market(
    *("pl_PL", "PL", "pl", "Europe/Warsaw", "PLN"),
    cities=(
        City("Warszawa", "00-###", "+48 22 000 ## ##"),
        City("Kraków", "30-###", "+48 12 000 ## ##"),
        City("Poznań", "60-###", "+48 61 000 ## ##"),
        City("Wrocław", "50-###", "+48 71 000 ## ##"),
        City("Gdańsk", "80-###", "+48 58 000 ## ##"),
    ),
    streets=(
        *("ul. Długa", "ul. Kościuszki", "ul. Mickiewicza", "al. Wyzwolenia"),
        *("ul. Świętojańska", "pl. Wolności", "ul. Łąkowa", "ul. Żeromskiego"),
    ),
    address="{street} {number}, {postcode} {city}",
    trades=(
        *("Maszyny", "Transport", "Delikatesy", "Oprogramowanie"),
        *("Energetyka", "Medycyna", "Budownictwo", "Tkaniny"),
    ),
    companies=("{trade} {family} sp. z o.o.", "{family} i {other} sp. j.", "{trade} {city} S.A."),
)

_NETHERLANDS = Market(
    *("nl_NL", "NL", "nl", "Europe/Amsterdam", "EUR"),
    cities=(
        City("Amsterdam", "10## @@", "+31 20 000 ####"),
        City("Rotterdam", "30## @@", "+31 10 000 ####"),
        City("Utrecht", "35## @@", "+31 30 000 ####"),
        City("Den Haag", "25## @@", "+31 70 000 ####"),
        City("Eindhoven", "56## @@", "+31 40 000 ####"),
    ),
    streets=(
        *("Dorpsstraat", "Keizersgracht", "Molenweg", "Stationsplein"),
        *("Wilhelminalaan", "Beukenlaan", "Haven", "Kerkstraat"),
    ),
    address="{street} {number}, {postcode} {city}",
    trades=(
        *("Machinebouw", "Transport", "Delicatessen", "Software"),
        *("Energie", "Zorg", "Bouw", "Textiel"),
    ),
    companies=("{family} {trade} B.V.", "{family} en {other} V.O.F.", "{trade} {city} N.V."),
)

_SWITZERLAND = Market(
    *("de_CH", "CH", "de", "Europe/Zurich", "CHF"),
    cities=(
        City("Zürich", "80##", "+41 44 000 ## ##"),
        City("Bern", "30##", "+41 31 000 ## ##"),
        City("Basel", "40##", "+41 61 000 ## ##"),
        City("Luzern", "60##", "+41 41 000 ## ##"),
    ),
    streets=(
        *("Bahnhofstrasse", "Seestrasse", "Dorfplatz", "Rütlistrasse"),
        *("Bergweg", "Mühlegasse", "Kapellstrasse"),
    ),
    address="{street} {number}, {postcode} {city}",
    trades=(
        *("Apparatebau", "Transporte", "Feinkost", "Informatik"),
        *("Energie", "Medizinaltechnik", "Bau", "Textil"),
    ),
    companies=("{family} {trade} AG", "{family} & {other} GmbH", "{trade} {city} AG"),
)

MARKETS: Weighted[Market] = Weighted(
    (
        (_GERMANY, 22),
        (_AMERICA, 14),
        (_BRITAIN, 12),
        (_FRANCE, 12),
        (_SPAIN, 10),
        (_ITALY, 10),
        (_POLAND, 10),
        (_NETHERLANDS, 6),
        (_SWITZERLAND, 4),
    )
)
