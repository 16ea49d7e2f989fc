"""Exports of other programs as they really are: the header, and a row of somebody made up."""
# ruff: noqa: E501 - a header is one line

EXPORTS = {
    "zoho-contacts": (
        (
            "Record Id,Contact Owner.id,Contact Owner,Lead Source,First Name,Last Name,Account Name.id,"
            "Account Name,Email,Title,Department,Phone,Home Phone,Other Phone,Fax,Mobile,Date of Birth,"
            "Created By.id,Created Time,Mailing Street,Other Street,Mailing City,Other City,Mailing Zip,"
            "Mailing Country,Description,Email Opt Out,Salutation,Secondary Email,Tag"
        ),
        (
            "zcrm_5725767000000411001,zcrm_1,Somebody,Web,Anna,Müller,zcrm_77,Muster GmbH,anna@example.org,"
            "Head,Sales,030 1234567,,,030 1234568,0170 1234567,1970-01-31,zcrm_1,2024-01-31 09:30:00,Weg 1,,"
            "Berlin,,10115,Germany,nice,false,Ms.,,vip"
        ),
    ),
    "dynamics-contacts": (
        (
            "(Do Not Modify) Contact,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Full Name,"
            "Email,Company Name,Business Phone,Mobile Phone,Address 1: Street 1,Address 1: Street 2,"
            "Address 1: City,Address 1: ZIP/Postal Code,Address 1: Country/Region,Birthday,Created On"
        ),
        (
            "8da6c9d1-0000-4000-8000-000000000001,abc=,31.01.2024 09:30,Anna Müller,anna@example.org,"
            "Muster GmbH,030 1234567,0170 1234567,Weg 1,,Berlin,10115,Germany,31.12.1970,31.01.2024 09:30"
        ),
    ),
    "salesforce-report": (
        (
            "Account ID,Contact ID,Salutation,First Name,Last Name,Title,Account Name,Mailing Street,"
            "Mailing City,Mailing State/Province,Mailing Zip/Postal Code,Mailing Country,Phone,Fax,Mobile,"
            "Email,Account Owner"
        ),
        (
            "001A,003A,Ms.,Anna,Müller,Head,Muster GmbH,Weg 1,Berlin,BE,10115,Germany,030 1234567,,"
            "0170 1234567,anna@example.org,Somebody"
        ),
    ),
    "salesforce-leads": (
        (
            "Lead ID,First Name,Last Name,Company / Account,Email,Phone,Street,City,Zip/Postal Code,Country,"
            "Lead Source,Lead Status,Create Date"
        ),
        "00QA,Anna,Müller,Muster GmbH,anna@example.org,030 1234567,Weg 1,Berlin,10115,Germany,Web,Open,2024-01-31",
    ),
    "salesforce-data-loader": (
        "ID,ISDELETED,MASTERRECORDID,ACCOUNTID,LASTNAME,FIRSTNAME,SALUTATION,NAME,PHONE,MOBILEPHONE,EMAIL,BIRTHDATE",
        "003A,false,,001A,Müller,Anna,Ms.,Anna Müller,030 1234567,,anna@example.org,1970-01-31",
    ),
    "hubspot-all-contacts": (
        (
            "Record ID,First Name,Last Name,Email,Phone Number,WhatsApp Phone Number,Contact owner,"
            "Last Activity Date,Lead Status,Marketing contact status,Create Date,Associated Company,"
            "Associated Company IDs,Country/Region,Preferred language"
        ),
        (
            "101,Anna,Müller,anna@example.org,+49 30 1234567,,Somebody,2024-01-31 09:30,,Marketing contact,"
            "2024-01-31 09:30,Muster GmbH,77,Germany,de"
        ),
    ),
    "pipedrive-people": (
        (
            "Person - Name,Person - Label,Person - Organization,Person - Email - Work,Person - Email - Home,"
            "Person - Email - Other,Person - Phone - Work,Person - Phone - Home,Person - Phone - Mobile,"
            "Person - Phone - Other,Person - Open deals,Person - Owner,Person - ID,Person - Person created"
        ),
        (
            "Anna Müller,Hot lead,Muster GmbH,anna@example.org,,,030 1234567,,0170 1234567,,1,Somebody,5,"
            "2024-01-31 09:30:00"
        ),
    ),
    "outlook-français": (
        (
            "Titre,Prénom,Deuxième prénom,Nom,Suffixe,Société,Service,Titre professionnel,Rue (bureau),"
            "Ville (bureau),Code postal (bureau),Pays/Région (bureau),Rue (domicile),Ville (domicile),"
            "Code postal (domicile),Pays/Région (domicile),Télécopie (bureau),Téléphone (bureau),"
            "Téléphone (domicile),Tél. mobile,Anniversaire,Catégories,Adresse de messagerie,"
            "Type de messagerie,Nom complet de l'adresse de messagerie,Langue,Page Web,Notes"
        ),
        (
            "Mme,Anna,,Müller,,Muster GmbH,,,Weg 1,Berlin,10115,Allemagne,,,,,030 1234568,030 1234567,,"
            "0170 1234567,31/12/1970,VIP,anna@example.org,SMTP,,fr,,gentille"
        ),
    ),
    "outlook-español": (
        (
            "Título,Nombre,Segundo nombre,Apellidos,Sufijo,Organización,Departamento,Cargo,"
            "Calle del trabajo,Ciudad de trabajo,Código postal del trabajo,País o región del trabajo,"
            "Calle particular,Ciudad particular,Fax del trabajo,Teléfono del trabajo,Teléfono particular,"
            "Móvil,Dirección de correo electrónico,Tipo de correo electrónico,Cumpleaños,Categorías,"
            "Idioma,Página Web,Notas"
        ),
        (
            "Sra.,Anna,,Müller,,Muster GmbH,,,Weg 1,Berlin,10115,Alemania,,,030 1234568,030 1234567,,"
            "0170 1234567,anna@example.org,SMTP,31/12/1970,VIP,es,,simpática"
        ),
    ),
    "outlook-deutsch-2": (
        (
            "Anrede;Vorname;Weitere Vornamen;Nachname;Suffix;Firma;Abteilung;Position;Straße geschäftlich;"
            "Ort geschäftlich;Region geschäftlich;Postleitzahl geschäftlich;Land/Region geschäftlich;"
            "Straße privat;Ort privat;Fax geschäftlich;Telefon Firma;Telefon geschäftlich;"
            "Telefon (privat);Mobiltelefon;Geburtstag;E-Mail-Adresse;E-Mail-Typ;E-Mail: Angezeigter Name;Sprache"
        ),
        (
            "Frau;Anna;;Müller;;Muster GmbH;;;Weg 1;Berlin;;10115;Deutschland;;;030 1234568;030 1234560;"
            "030 1234567;;0170 1234567;31.12.1970;anna@example.org;SMTP;Anna Müller;de"
        ),
    ),
    "google-old": (
        (
            "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Family Name Yomi,"
            "Birthday,Gender,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,"
            "Organization 1 - Type,Organization 1 - Name,Organization 1 - Title,Website 1 - Value"
        ),
        (
            "Anna Müller,Anna,,Müller,,,,1970-01-31,,* myContacts,* Work,anna@example.org,Mobile,"
            "0170 1234567,,Muster GmbH,Head,https://muster.example"
        ),
    ),
    "google-new": (
        (
            "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Last Name,Name Prefix,Nickname,"
            "File As,Organization Name,Organization Title,Birthday,Notes,Photo,Labels,E-mail 1 - Label,"
            "E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
            "Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
            "Address 1 - Postal Code,Address 1 - Country,Website 1 - Value"
        ),
        (
            "Anna,,Müller,,,,,,Muster GmbH,Head,1970-01-31,nice,,* myContacts ::: VIP,* Work,"
            'anna@example.org,,,Mobile,0170 1234567,Work,"Weg 1, 10115 Berlin",Weg 1,Berlin,10115,DE,'
        ),
    ),
    "vcard-2.1": (
        "N,FN,ORG,TITLE,TEL;WORK;VOICE,TEL;CELL;VOICE,TEL;WORK;FAX,EMAIL;PREF;INTERNET,ADR;WORK,BDAY,URL",
        (
            "Müller;Anna;;;,Anna Müller,Muster GmbH,Head,030 1234567,0170 1234567,030 1234568,"
            "anna@example.org,;;Weg 1;Berlin;;10115;Germany,19700131,"
        ),
    ),
    "vcard-3.0": (
        'UID,FN,N,ORG,"TEL;TYPE=WORK,VOICE",TEL;TYPE=CELL,"TEL;TYPE=WORK,FAX",item1.EMAIL;TYPE=INTERNET,BDAY,REV',
        (
            "urn:1,Anna Müller,Müller;Anna;;;,Muster GmbH,030 1234567,0170 1234567,030 1234568,"
            "anna@example.org,1970-01-31,2024-01-31T09:30:00Z"
        ),
    ),
    "vcard-4.0": (
        "UID,KIND,FN,N,ORG,TEL;VALUE=uri;TYPE=cell,EMAIL;PREF=1;TYPE=work,LANG;PREF=1,BDAY;VALUE=date,CATEGORIES",
        (
            "urn:uuid:1,individual,Anna Müller,Müller;Anna;;;,Muster GmbH,tel:+49-170-1234567,"
            "anna@example.org,de,19700131,vip"
        ),
    ),
    "name-and-vorname": (
        "Kundennummer;Name;Vorname;Straße;PLZ;Ort;E-Mail;Telefon",
        "K1;Müller;Anna;Weg 1;10115;Berlin;anna@example.org;030 1234567",
    ),
    "nom-et-prénom": (
        "N° client;Nom;Prénom;Adresse;Code postal;Ville;Pays;Courriel;Téléphone;Portable",
        "1;Müller;Anna;Weg 1;10115;Berlin;Allemagne;anna@example.org;+49 30 1234567;",
    ),
    "nombre-y-apellidos": (
        "id;Nombre;Apellidos;Correo electrónico;Teléfono;Fecha de nacimiento",
        "1;Anna;Müller;anna@example.org;+49 30 1234567;31/12/1970",
    ),
    "nome-e-cognome": (
        "id,Nome,Cognome,Indirizzo e-mail,Cellulare,CAP,Città",
        "1,Anna,Müller,anna@example.org,+49 170 1234567,10115,Berlin",
    ),
    "voornaam": (
        "klantnummer;voornaam;achternaam;e-mailadres;telefoonnummer;postcode;plaats",
        "1;Anna;Müller;anna@example.org;+49 30 1234567;10115;Berlin",
    ),
    "unseen-signs": (
        "\ufeffRecord\u00a0ID;First\u00a0Name ; LAST NAME\u200b;e-mail;;",
        "1;Anna;Müller;anna@example.org;;",
    ),
}
"""People with their name and their address; further down what has no people, or less of them."""

OTHERS = {
    "mailing-list": ("email,status", "anna@example.org,subscribed"),
    "phones": ("phone;comment", "030 1234567;x"),
    "salesforce-accounts": (
        "Id,Name,Type,BillingStreet,BillingCity,BillingPostalCode,BillingCountry,Phone,Website,Industry",
        "001A,Muster GmbH,Customer,Weg 1,Berlin,10115,Germany,030 1234567,https://muster.example,Tools",
    ),
    "zoho-accounts": (
        "Record Id,Account Owner.id,Account Name,Phone,Website,Industry,Billing City,Billing Code,Billing Country",
        "zcrm_1,zcrm_2,Muster GmbH,030 1234567,muster.example,Tools,Berlin,10115,Germany",
    ),
    "pipedrive-organizations": (
        "Organization - Name,Organization - Label,Organization - Address,Organization - ID,Organization - Owner",
        'Muster GmbH,,"Weg 1, 10115 Berlin",7,Somebody',
    ),
    "doubled": ("id,id,mail,name,,\u00a0,x", "1,2,anna@example.org,Anna Müller,,,y"),
    "only-doubled-but-one": ("a,a,b,b,c", "1,2,3,4,5"),
    "control-characters": (
        '"na\u0085me","a\u2028b","c\u007fd","\u00ade\u0301",\ue000',
        "1,2,3,4,5",
    ),
    "cyrillic": ("ид;фамилия;имя", "1;Мюллер;Анна"),
    "long": (",".join(["id", "name", "x" * 5_000]), "1,Anna Müller,y"),
    "one-column": ("name", "Anna Müller"),
}
