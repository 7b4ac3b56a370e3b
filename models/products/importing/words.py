"""Words that lists from elsewhere use, in English, German, French and Italian: for columns and for values.

They are compared without case, accents, spaces and marks, so `Gültig bis` is written here as `gultigbis`.
"""

from __future__ import annotations

import functools
import unicodedata


@functools.lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A word as it is compared here."""
    bare = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    return "".join(c for c in bare if c.isalnum())


def table(**spellings: str) -> dict[str, str]:
    """Plain word → what it means, from `meaning="word word …"`."""
    return {word: meaning for meaning, words in spellings.items() for word in [plain(meaning), *words.split()]}


PRODUCT_COLUMNS = table(
    organization="organisation organizationslug client customer company kunde kundin firma mandant account "
    "organizzazione cliente azienda societe entreprise",
    name="product productname domain domainname produkt produktname bezeichnung domane nom produit nomduproduit "
    "designation domaine nomdedomaine nome prodotto dominio",
    category="type producttype kategorie typ art produktart categorie genre typedeproduit categoria tipo",
    plan="package offer tarif paket angebot abo abonnement offre formule forfait piano pacchetto offerta",
    identifier="id productid reference contractnumber kennung nummer produktnummer referenz vertragsnummer "
    "identifiant numero numerodecontrat identificativo riferimento numerocontratto",
    expires_on="expirydate expires expiry expiration expirationdate renewaldate renewson validuntil duedate "
    "ablaufdatum ablauf ablaufam gultigbis lauftab lauftabam verlangerungsdatum falligam dateexpiration "
    "datedexpiration echeance dateecheance datedecheance expirele valablejusquau scadenza datadiscadenza scadeil",
    auto_renew="autorenewal autorenew automaticrenewal automatischeverlangerung autoverlangerung verlangerung "
    "renouvellementautomatique renouvellementauto reconductiontacite rinnovoautomatico",
    price="amount cost preis betrag kosten prix montant cout prezzo importo costo",
    currency="wahrung waehrung devise monnaie valuta moneta",
    period_months="period months billingperiod periodmonths periodinmonths term zeitraum zeitraummonate laufzeit "
    "laufzeitmonate laufzeitinmonaten monate abrechnungszeitraum periode periodemois periodeenmois periodicite duree "
    "dureemois mois periodo mesi periodomesi durata",
    state="status zustand etat statut stato",
    holder_name="holder holdersname registrant inhaber inhabername nameinhaber namedesinhabers halter titulaire "
    "nomdutitulaire titolare nomedeltitolare",
    holder_organization="holdersorganization registrantorganization organisationdesinhabers inhaberorganisation "
    "firmadesinhabers organisationdutitulaire organizzazionedeltitolare",
    holder_email="holdersemail registrantemail emaildesinhabers inhaberemail emaildutitulaire courrieldutitulaire "
    "adresseemaildutitulaire emaildeltitolare",
    tags="tag label labels schlagworter schlagwort etiketten etikett etiquettes etiquette motscles etichette etichetta",
    notes="note remark remarks comment comments bemerkung bemerkungen notiz notizen kommentar anmerkungen remarque "
    "remarques commentaire commentaires osservazioni commenti",
)

ORGANIZATION_COLUMNS = table(
    slug="organization organisation shortname kurzel kennung abreviation identifiant nomcourt organizzazione sigla "
    "nomebreve",
    name="organizationname company firma firmenname bezeichnung nom raisonsociale societe nome ragionesociale",
    kind="type entity entitytype legalform typ art rechtsform genre formejuridique tipo formagiuridica",
    country="countrycode land pays paese nazione",
    street="address addressline strasse adresse rue via indirizzo",
    postcode="zip zipcode postalcode plz postleitzahl npa codepostal cap codicepostale",
    city="town ort stadt ville localite lieu citta localita",
    vat_number="vat vatnumber vatid uid taxid mwst mwstnummer mwstnr ustid ustidnr umsatzsteuernummer tva numerodetva "
    "notva iva partitaiva numeroiva",
    language="sprache langue lingua",
    time_zone="timezone zeitzone fuseauhoraire fusoorario",
    billing_email="billingemail invoiceemail email rechnungsemail emailfurrechnungen emailrechnung emaildefacturation "
    "courrieldefacturation emailfatturazione",
)

PEOPLE_COLUMNS = table(
    email="mail emailaddress address adresseemail mailadresse emailadresse courriel adresse indirizzoemail",
    name="fullname person user vollername person benutzer nom nomcomplet personne utilisateur nome "
    "nomecompleto persona",
    phone="phonenumber telephone mobile telefon telefonnummer mobil numerodetelephone telefono cellulare",
    language="sprache langue lingua",
    time_zone="timezone zeitzone fuseauhoraire fusoorario",
    organization="organisation organizationslug company client firma kunde societe entreprise organizzazione azienda",
    role="rolle funktion ruolo funzione fonction",
)

YES_NO: dict[str, bool] = {
    **dict.fromkeys(
        "yes y true t 1 on x ja j wahr ein oui o vrai si s vero enabled active aktiv actif attivo".split(), True
    ),
    **dict.fromkeys(
        "no n false f 0 off nein falsch aus non faux falso disabled inactive inaktiv inactif inattivo".split(), False
    ),
}

STATES = table(
    active="aktiv actif active actifve enservice attivo attiva running lauft ok",
    expired="abgelaufen expire expiree echu scaduto scaduta",
    cancelled="canceled terminated gekundigt storniert beendet resilie resiliee annule annulee disdetto disdetta "
    "annullato annullata",
)

CATEGORIES = table(
    domain="domains domainname domainnames domainnamen domane domanenname domaine nomdedomaine dominio nomedidominio",
    hosting="webhosting webspace hebergement hebergementweb hostingweb",
    mail="mailservice email emailservice maildienst mailservices servicemail messagerie "
    "servicedemessagerie serviziomail serviziodiposta posta",
    server="cloudserver vps rootserver serveur serveurcloud servercloud",
    drive="storage cloudstorage speicher cloudspeicher laufwerk stockage espacedestockage archiviazione "
    "spaziodiarchiviazione",
    newsletter="newsletters infolettre",
    certificate="certificates ssl sslcertificate tls tlscertificate zertifikat sslzertifikat certificat certificatssl "
    "certificato",
    other="others andere anderes sonstige sonstiges autre autres altro altri",
)

ORGANIZATION_KINDS = table(
    individual="person privatperson privat einzelperson particulier personnephysique privato individuo",
    company="firma unternehmen gesellschaft entreprise societe azienda societa",
    association="verein verband stiftung foundation ngo fondation associazione",
    public_body="publicbody authority behorde gemeinde offentlichestelle offentlichekorperschaft administration "
    "collectivitepublique organismepublic entepubblico",
)

ROLES = table(
    legal_representative="legalrepresentative owner inhaber gesetzlichevertretung gesetzlichervertreter "
    "gesetzlichevertreterin rechtlichevertretung representantlegal proprietaire rappresentantelegale proprietario",
    administrator="admin administratorin administrateur administratrice amministratore amministratrice",
    collaborator="member mitarbeiter mitarbeiterin mitarbeitende collaborateur collaboratrice membre collaboratore "
    "collaboratrice membro",
    external="externaluser guest extern externe externeperson externerbenutzer utilisateurexterne "
    "utenteesterno esterno",
)

PERIODS: dict[str, int] = {
    **dict.fromkeys("monthly month monatlich monat mensuel parmois mois mensile mese permonth".split(), 1),
    **dict.fromkeys("quarterly quarter vierteljahrlich quartal trimestriel trimestre trimestrale".split(), 3),
    **dict.fromkeys("halfyearly halbjahrlich semestriel semestre semestrale".split(), 6),
    **dict.fromkeys("yearly year annual annually jahrlich jahr annuel paran an annee annuale anno peryear".split(), 12),
}
MONTH_WORDS = frozenset("month months mo m monat monate monaten mois mese mesi".split())
YEAR_WORDS = frozenset("year years y yr yrs jahr jahre jahren an ans annee annees anno anni".split())
