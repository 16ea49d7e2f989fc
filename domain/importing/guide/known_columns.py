"""Known columns: what other programs call the parts of a person or a company, in English and German.

HubSpot, Salesforce, Pipedrive, Outlook, Google contacts and vCard. Names are compared without case,
accents, signs and digits, so ``E-mail 2 Address`` is ``emailaddress``; what stands here is folded already.
"""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "id": (
        "id recordid contactid personid leadid customerid accountid companyid organizationid uid"
        " hsobjectid kundennummer kundennr kundenid kontaktid nummer nr customernumber customerno"
        " externalid personsystemid organizationsystemid datensatzid"
    ),
    "given_name": "firstname givenname forename vorname given first rufname prenom",
    "family_name": "lastname familyname surname nachname familienname last name2 nom",
    "full_name": (
        "fullname name displayname fn contactname personname vollstandigername anzeigename"
        " kontakt kontaktname contact ansprechpartner"
    ),
    "organization_name": (
        "company companyname organization organizationname organisation org account accountname"
        " firma firmenname unternehmen unternehmensname associatedcompany employer arbeitgeber"
        " primarycompany organisationsname betrieb"
    ),
    "email": (
        "email mail emailaddress emailvalue mailadresse emailadresse emailwork emailhome"
        " emailother emailtypework emailtypehome emailtypeinternet primaryemail workemail"
        " personalemail privateemail eadresse emailgeschaftlich emailprivat personemail"
    ),
    "phone": (
        "phone phonenumber telephone tel telefon telefonnummer phonevalue telefonhauptnummer"
        " primaryphone mainphone rufnummer fon otherphone weiterestelefonnummer companymainphone"
    ),
    "phone:work": (
        "businessphone workphone phonework telefongeschaftlich teltypework telefonfirma"
        " bueronummer directphone geschaftlichtelefon"
    ),
    "phone:home": "homephone phonehome telefonprivat teltypehome privattelefon",
    "phone:mobile": (
        "mobile mobilephone mobilephonenumber mobil mobiltelefon handy handynummer phonemobile"
        " cell cellphone teltypecell mobilnummer mobiltelefonnummer"
    ),
    "street": (
        "street streetaddress address addressstreet strasse adresse anschrift addressline"
        " address1 strassehausnummer mailingaddress postadresse addressstreetaddress"
    ),
    "street:work": "businessstreet mailingstreet billingstreet strassegeschaftlich businessaddress",
    "street:home": "homestreet strasseprivat homeaddress otherstreet strassewohnung",
    "city": "city town ort stadt addresscity wohnort locality",
    "city:work": "businesscity mailingcity billingcity ortgeschaftlich",
    "city:home": "homecity ortprivat othercity ortwohnung",
    "zip": "zip zipcode postalcode postcode plz postleitzahl addresspostalcode zippostalcode",
    "zip:work": (
        "businesspostalcode mailingpostalcode billingpostalcode postleitzahlgeschaftlich"
        " mailingzip mailingzippostalcode billingzippostalcode plzgeschaftlich"
    ),
    "zip:home": "homepostalcode postleitzahlprivat otherpostalcode plzprivat",
    "country": "country land countryregion addresscountry landregion countrycode staat",
    "country:work": (
        "businesscountryregion businesscountry mailingcountry billingcountry"
        " landregiongeschaftlich landgeschaftlich"
    ),
    "country:home": "homecountryregion homecountry landregionprivat othercountry landprivat",
    "website": (
        "website websiteurl url webpage webseite homepage websitevalue internet companydomainname"
        " web internetseite webadresse"
    ),
    "social": (
        "linkedin linkedinurl linkedinprofile twitter twitterhandle xing facebook instagram"
        " linkedinbio"
    ),
    "birth_date": "birthday birthdate dateofbirth bday geburtstag geburtsdatum dob",
    "language": "language preferredlanguage lang sprache hslanguage bevorzugtesprache",
    "created_at": (
        "createdate createddate created createdat erstelltam angelegtam erstellungsdatum"
        " personcreated"
    ),
    "tags": "tags labels label categories kategorien groupmembership tag schlagworte keywords",
}

IGNORED_PREFIXES = (
    "person",
    "organization",
    "organisation",
    "contact",
    "lead",
    "kontakt",
    "account",
)
"""What Pipedrive and Salesforce put before a name: ``Person - Email - Work``."""
