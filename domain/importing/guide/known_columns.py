"""Known columns: what other programs call the parts of a person or a company, in seven languages.

HubSpot, Salesforce, Pipedrive, Zoho, Dynamics, Outlook and Google contacts. Names are compared without
case, accents, signs and digits, so ``E-mail 2 Address`` is ``emailaddress``; what stands here is folded.
"""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "id": "id recordid externalid datensatzid hsobjectid uid guid nummer nr",
    "id:person": (
        "contactid personid leadid customerid clientid kundennummer kundennr kundenid kontaktid"
        " personsystemid customernumber customerno donotmodifycontact donotmodifylead idcontact"
        " idcontacto idcliente numeroclient klantnummer"
    ),
    "id:company": (
        "accountid companyid organizationid organisationid organizationsystemid accountnameid"
        " donotmodifyaccount firmenid"
    ),
    "given_name": (
        "firstname givenname forename vorname given first rufname prenom nombredepila primernombre"
        " primeironome voornaam"
    ),
    "family_name": (
        "lastname familyname surname nachname familienname last zuname nomdefamille apellido"
        " apellidos primerapellido cognome sobrenome apelido achternaam"
    ),
    "full_name": (
        "fullname displayname fn contactname personname vollstandigername anzeigename kontakt"
        " kontaktname contact ansprechpartner contactperson customername clientname kundenname"
        " nomcomplet nombrecompleto nombreyapellidos nomecompleto nomeecognome volledigenaam"
    ),
    "name": "name nom nombre nome naam",
    "organization_name": (
        "company companyname organization organizationname organisation org account accountname"
        " firma firmenname unternehmen unternehmensname associatedcompany employer arbeitgeber"
        " primarycompany organisationsname betrieb companyaccount associatedcompanyprimary societe"
        " entreprise raisonsociale empresa compania organizacion razonsocial azienda societa"
        " ragionesociale bedrijf bedrijfsnaam"
    ),
    "email": (
        "email mail emailaddress emailvalue mailadresse emailadresse emailwork emailhome"
        " emailother emailtypework emailtypehome emailtypeinternet primaryemail workemail"
        " personalemail privateemail eadresse emailgeschaftlich emailprivat personemail"
        " secondaryemail otheremail homeemail courriel mel adressemail adresseemail"
        " adressedemessagerie adresseelectronique correo correoelectronico"
        " direcciondecorreoelectronico direcciondelcorreoelectronico direcciondecorreo"
        " indirizzoemail indirizzodipostaelettronica postaelettronica emailadres enderecodeemail"
    ),
    "phone": (
        "phone phonenumber telephone tel telefon telefonnummer phonevalue telefonhauptnummer"
        " primaryphone mainphone rufnummer fon otherphone weiterestelefonnummer companymainphone"
        " phoneother telephonenumber telephoneprincipal telephoneautre numerodetelephone telefono"
        " telefonoprincipal otrotelefono numerodetelefono telefonoprincipale telefoon"
        " telefoonnummer telefone"
    ),
    "phone:work": (
        "businessphone workphone phonework telefongeschaftlich teltypework telefonfirma"
        " bueronummer directphone geschaftlichtelefon businesstelephone officephone"
        " telephonebureau telephoneprofessionnel telephonesociete telefonodeltrabajo"
        " telefonotrabajo telefonoufficio telefoonwerk"
    ),
    "phone:home": (
        "homephone phonehome telefonprivat teltypehome privattelefon telephonedomicile"
        " telephonepersonnel telefonoparticular telefonoabitazione telefoonthuis"
    ),
    "phone:mobile": (
        "mobile mobilephone mobilephonenumber mobil mobiltelefon handy handynummer phonemobile"
        " cell cellphone teltypecell mobilnummer mobiltelefonnummer telmobile telephonemobile"
        " telephoneportable portable movil telefonomovil celular telefonocelular cellulare"
        " telefonocellulare mobiel telemovel"
    ),
    "street": (
        "street streetaddress address addressstreet strasse adresse anschrift addressline"
        " strassehausnummer strasseundhausnummer postadresse addressstreetaddress adr rue"
        " adressepostale calle direccion via indirizzo straat adres endereco rua"
    ),
    "street:work": (
        "businessstreet mailingstreet billingstreet strassegeschaftlich businessaddress"
        " mailingaddress ruebureau calledeltrabajo calletrabajo viaufficio"
    ),
    "street:home": (
        "homestreet strasseprivat homeaddress otherstreet strassewohnung ruedomicile"
        " calleparticular viaabitazione"
    ),
    "city": (
        "city town ort stadt addresscity wohnort locality ville localite ciudad poblacion localidad"
        " citta comune plaats woonplaats cidade"
    ),
    "city:work": "businesscity mailingcity billingcity ortgeschaftlich villebureau ciudaddetrabajo"
    " ciudaddeltrabajo",
    "city:home": "homecity ortprivat othercity ortwohnung villedomicile ciudadparticular",
    "zip": (
        "zip zipcode postalcode postcode plz postleitzahl addresspostalcode zippostalcode"
        " addresszippostalcode codepostal codigopostal cap"
    ),
    "zip:work": (
        "businesspostalcode mailingpostalcode billingpostalcode postleitzahlgeschaftlich"
        " mailingzip billingzip billingcode mailingzippostalcode billingzippostalcode"
        " plzgeschaftlich codepostalbureau codigopostaldeltrabajo codigopostaldetrabajo"
    ),
    "zip:home": (
        "homepostalcode postleitzahlprivat otherpostalcode otherzip plzprivat codepostaldomicile"
        " codigopostalparticular"
    ),
    "country": (
        "country land countryregion addresscountry addresscountryregion landregion countrycode"
        " countryregioncode staat pays paysregion pais paisoregion paese nazione"
    ),
    "country:work": (
        "businesscountryregion businesscountry mailingcountry billingcountry"
        " landregiongeschaftlich landgeschaftlich paysregionbureau paisoregiondeltrabajo"
        " paisoregiondetrabajo"
    ),
    "country:home": (
        "homecountryregion homecountry landregionprivat othercountry landprivat"
        " paysregiondomicile paisoregionparticular"
    ),
    "website": (
        "website websiteurl url webpage webseite homepage websitevalue internet companydomainname"
        " web internetseite webadresse siteweb siteinternet pageweb sitioweb paginaweb sitoweb"
    ),
    "social": (
        "linkedin linkedinurl linkedinprofile twitter twitterhandle xing facebook instagram"
        " linkedinbio"
    ),
    "birth_date": (
        "birthday birthdate dateofbirth bday geburtstag geburtsdatum dob anniversaire"
        " datedenaissance cumpleanos fechadenacimiento compleanno datadinascita geboortedatum"
        " verjaardag datadenascimento"
    ),
    "language": (
        "language preferredlanguage lang sprache hslanguage bevorzugtesprache langue idioma lingua"
        " taal"
    ),
    "created_at": (
        "createdate createddate created createdat createdtime createdon erstelltam angelegtam"
        " erstellungsdatum personcreated datedecreation fechadecreacion datadicreazione"
    ),
    "tags": (
        "tags labels label categories kategorien groupmembership tag schlagworte keywords"
        " categorias etiquettes etiquetas categorie"
    ),
}
"""``name`` is the part of a name that the other columns leave open, or the whole, or a company's."""

IGNORED_PREFIXES = (
    *("person", "organization", "organisation", "contact", "lead", "kontakt", "account"),
    *("company", "customer", "client"),
)
"""What Pipedrive and Salesforce put before a name: ``Person - Email - Work``."""

OF_COMPANIES = frozenset(
    {
        *("industry", "branche", "annualrevenue", "numberofemployees", "employees", "mitarbeiter"),
        *("umsatz", "rechtsform", "vatid", "ustid", "ustidnr", "naics", "siccode"),
        *("billingstreet", "billingcity"),
    }
)
"""Where these stand and nothing of persons, a name is a company's."""

CARD: Mapping[str, str] = {
    "FN": "full_name",
    "ORG": "organization_name",
    "EMAIL": "email",
    "TEL": "phone",
    "ADR": "street",
    "URL": "website",
    "BDAY": "birth_date",
    "UID": "id",
    "LANG": "language",
    "CATEGORIES": "tags",
}
"""The properties of a vCard (RFC 6350, 2426, and vCard 2.1)."""

CARD_LABELS: Mapping[str, str] = {"WORK": "work", "HOME": "home", "CELL": "mobile"}
CARD_OTHERS = frozenset({"FAX", "PAGER", "MODEM", "TELEX", "TTY", "TEXTPHONE"})
"""What is no telephone, though it has a number."""
