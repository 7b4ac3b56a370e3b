"""Words of which the example data is made. Every address ends in `.example`, so that no mail can reach anybody."""

from __future__ import annotations

# Slug, name, type, country, street, postcode, city, language, share of the products.
ORGANIZATIONS = """
alpenblick-treuhand|Alpenblick Treuhand AG|company|CH|Bundesgasse 14|3011|Bern|de|40
atelier-nord|Atelier Nord GmbH|company|DE|Lindenstrasse 8|20099|Hamburg|de|60
bakery-oakfield|Oakfield Bakery Ltd|company|IE|Quay Street 3|H91 A2B3|Galway|en|8
bibliotheque-du-lac|Bibliothèque du Lac|public_body|CH|Rue du Port 2|1003|Lausanne|fr|30
brunnerhof|Brunnerhof|individual|CH|Brunnerhof 1|3504|Niederhünigen|de|6
cantina-del-ponte|Cantina del Ponte S.r.l.|company|IT|Via Roma 41|12051|Alba|it|25
chorverein-wabern|Chorverein Wabern|association|CH|Kirchstrasse 20|3084|Wabern|de|4
club-alpin-jura|Club Alpin du Jura|association|FR|Place de la Liberté 5|39000|Lons-le-Saunier|fr|12
dentistes-belleville|Cabinet dentaire Belleville SAS|company|FR|Rue de Belleville 112|75020|Paris|fr|20
druckwerk-sieben|Druckwerk Sieben GmbH & Co. KG|company|DE|Werkhof 7|04109|Leipzig|de|70
energie-genossenschaft-thurtal|Energiegenossenschaft Thurtal|company|CH|Bahnhofplatz 1|8500|Frauenfeld|de|35
ferme-des-tilleuls|Ferme des Tilleuls|individual|FR|Chemin des Tilleuls 9|01210|Ornex|fr|3
fjordlys-reiser|Fjordlys Reiser AS|company|NO|Strandgaten 18|5013|Bergen|en|45
galerie-am-graben|Galerie am Graben|company|AT|Graben 21|1010|Wien|de|15
gemeinde-oberried|Gemeinde Oberried|public_body|CH|Dorfstrasse 3|3854|Oberried|de|55
greenline-logistics|Greenline Logistics B.V.|company|NL|Havenweg 77|3089 JK|Rotterdam|en|180
hanse-kontor|Hanse-Kontor Schiffsausrüstung GmbH|company|DE|Speicherstadt 4|20457|Hamburg|de|65
hotel-seeblick|Hotel Seeblick AG|company|CH|Seestrasse 90|6354|Vitznau|de|50
imkerei-sonnental|Imkerei Sonnental|individual|AT|Sonnental 6|6700|Bludenz|de|3
institut-curiosa|Institut Curiosa|association|CH|Rue de Lyon 77|1203|Genève|fr|75
kinderhilfe-morgenrot|Kinderhilfe Morgenrot e. V.|association|DE|Ringstrasse 55|50677|Köln|de|28
kollektiv-elf|Kollektiv Elf|association|AT|Gumpendorfer Strasse 11|1060|Wien|de|18
lakeside-dental|Lakeside Dental Practice Ltd|company|IE|Lake Road 12|V93 X0Y1|Killarney|en|10
libreria-marconi|Libreria Marconi|individual|IT|Corso Marconi 2|10125|Torino|it|5
maison-verte|Maison Verte SA|company|CH|Avenue de la Gare 30|1950|Sion|fr|42
musikschule-rheintal|Musikschule Rheintal|public_body|CH|Schulweg 12|9450|Altstätten|de|22
nordwind-agentur|Nordwind Agentur GmbH|company|DE|Kaistrasse 2|24103|Kiel|de|760
oak-and-anvil|Oak & Anvil Ltd|company|IE|Foundry Lane 1|D08 K2P4|Dublin|en|38
orchestre-des-deux-rives|Orchestre des Deux Rives|association|FR|Quai Sud 1|67000|Strasbourg|fr|16
papeterie-horizon|Papeterie Horizon|individual|CH|Grand-Rue 8|2000|Neuchâtel|fr|4
pixelwerk|Pixelwerk AG|company|CH|Hardturmstrasse 181|8005|Zürich|de|1180
quillmark-reads|Quillmark Reads|individual|IE|Castle Street 44|F91 T2W8|Sligo|en|7
reederei-baltica|Reederei Baltica GmbH|company|DE|Am Strom 30|18119|Rostock|de|88
schreinerei-zumthor|Schreinerei Zumthor GmbH|company|CH|Gewerbestrasse 5|7000|Chur|de|11
stadtwerke-lindental|Stadtwerke Lindental|public_body|DE|Rathausplatz 1|79098|Freiburg|de|130
studio-quaranta|Studio Quaranta S.r.l.|company|IT|Via Tortona 40|20144|Milano|it|420
tierklinik-aare|Tierklinik Aare AG|company|CH|Aareweg 16|4600|Olten|de|26
tipografia-ticinese|Tipografia Ticinese SA|company|CH|Via Nassa 19|6900|Lugano|it|33
velokurier-wind|Velokurier Wind|company|CH|Langstrasse 101|8004|Zürich|de|19
webmanufaktur-donau|Webmanufaktur Donau GmbH|company|AT|Donaulände 9|4020|Linz|de|640
"""

FIRST_NAMES = (
    "Aline Andrea Anna Beat Béatrice Carla Céline Christoph Claudia Conor Daniel Davide Élodie Emma Eva Fabienne "
    "Francesca Franz François Giulia Hannah Hans Ingrid Jan Jean-Luc Johanna Jonas Jürg Karin Lars Laura Léa Luca "
    "Lukas Maeve Magnus Marco Maria Martin Mathieu Mehmet Michèle Nadia Niamh Nicole Nils Noé Oksana Olivier Paolo "
    "Petra Priya Rainer Regula Reto Ruth Sabine Samuel Sibylle Simon Sofia Søren Stefanie Sven Thomas Ursula Valérie "
    "Vera Viktor Wanda Yannick Yusuf Zoë"
).split()

LAST_NAMES = (
    "Aebischer Ammann Bachmann Baumgartner Berger Bianchi Blanc Brunner Bürgi Cavalli Dahl Delacroix Dubois Egger "
    "Eriksen Favre Fischer Fontana Frei Friedrich Gallagher Gasser Gerber Graf Gruber Haas Hartmann Hofstetter Huber "
    "Imhof Jansen Jensen Kaufmann Keller Kılıç Koch Krause Kunz Lambert Leclerc Lehmann Lüthi Maurer Meier Moretti "
    "Müller Murphy Nguyen Nowak O’Brien Odermatt Oppliger Pfister Pieroni Pétrequin Ricci Roth Rüegg Schär Schmid "
    "Schröder Steiner Strasser Sørensen Tanner Thévenaz Vogel Vonlanthen Wagner Walder Weber Wenger Yıldız Zbinden "
    "Zimmermann"
).split()

# What the clients of agencies are called, for the domain names that they hold.
NAME_STARTS = (
    "alte amber blau blue casa chalet coast cuir dolce eich feld fern gold grand green hill huis iron kleine lac lago "
    "lime linden maple mont moor neue nord ocean olive petit pine prima quai red river rosso rote schön silver stein "
    "stone sud sun swift tal tief vent verde vert wald weiss west wind winter zwei"
).split()
NAME_ENDS = (
    "apotheke atelier backstube bank baum berg bike boats books brücke cafe camping ceramics clinic craft design "
    "docks energie farm fenster film garten glas gym haus hof holz hotel hütte institut keller kino küche labor law "
    "market media metall mode möbel mühle museum optik papier park physio praxis print radio reisen restaurant salon "
    "schule shop solar sport studio tanz tech theater trade travel verlag vino werkstatt wine works yoga zahnarzt"
).split()

TAGS = (
    "archive;backup;board;booking;client;critical;customer portal;do not renew;external;finance;intranet;legacy;"
    "marketing;migration 2027;newsletter;office Bern;office Zürich;press;production;Projekt Säntis;public;redirect;"
    "review;seasonal;shop;staging;test;to cancel;VIP;website"
).split(";")

PURPOSES = (
    "archive blog booking campus careers docs events extranet forum intra jobs news portal press shop team".split()
)
TEAMS = (
    "Accounting Archive Board Design Development Events Front-desk Logistics Management Marketing Sales Support".split()
)

# Category: share, and plans with their monthly price in minor units.
CATEGORIES: dict[str, tuple[int, dict[str, int]]] = {
    "Domain name": (46, {"Domain": 125, "Domain with DNSSEC": 150, "Premium domain": 690}),
    "Web hosting": (14, {"Hosting S": 490, "Hosting M": 990, "Hosting L": 1990, "Shop hosting": 3900}),
    "Mail service": (13, {"Mail 5": 450, "Mail 25": 1900, "Mail 100": 6400}),
    "Cloud server": (9, {"2 vCPU, 4 GB": 1290, "4 vCPU, 8 GB": 2490, "8 vCPU, 32 GB": 7990, "Dedicated": 18900}),
    "Drive": (6, {"Drive 1 TB": 990, "Drive 5 TB": 3490}),
    "Newsletter": (3, {"5,000 sends": 900, "50,000 sends": 4900}),
    "Certificate": (7, {"Domain validated": 290, "Organization validated": 990, "Wildcard": 1490}),
    "Other": (2, {"Consulting package": 15000, "Monitoring": 590, "Fax to mail": 390}),
}

NOTES = [
    "Renewal only after the yearly budget meeting.",
    "Contact the previous agency before changing name servers.",
    "Price agreed until the end of the contract; see letter of March.",
    "Moved from the old platform. Keep the old records until summer.",
    "Wird nach der Fusion gekündigt – bitte nicht verlängern.",
    "Le titulaire souhaite être prévenu deux mois à l’avance.",
    "Used by the reception; outages only on Sundays.",
    'Known in the house as "the blue site".',
]
