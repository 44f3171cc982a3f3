"""What titles of columns mean, in the languages that spreadsheets have. Pure."""

import re
from typing import Literal

from stores.normalize import fold

Kind = Literal["name", "phone", "note", "other"]

# The better a title says it, the higher the number: of "company" and "first name", the first is the store.
_TITLES: dict[Kind, dict[int, str]] = {
    "name": {
        10: (
            "name|store name|store|shop|shop name|business|business name|company|company name|organization|"
            "organization name|organisation|organisation name|merchant|merchant name|vendor|vendor name|retailer|"
            "outlet|firma|firmenname|geschaft|laden|laden name|filiale|unternehmen|bezeichnung|nom|"
            "nom du magasin|magasin|boutique|entreprise|societe|raison sociale|enseigne|nombre|tienda|"
            "nombre de la tienda|empresa|negocio|razon social|nome|negozio|azienda|ragione sociale|loja|"
            "nome da loja|naam|winkel|winkelnaam|bedrijf|bedrijfsnaam|navn|butik|butikk|foretag|firmanavn|namn|"
            "butiksnamn|foretagsnamn|nimi|kauppa|yritys|nazwa|nazwa firmy|sklep|nazev|obchod|nazov|nev|uzlet|"
            "bolt|cegnev|magazin|nume|denumire|ime|naziv|trgovina|isim|ad|adi|magaza|magaza adi|onoma|katastima|"
            "επωνυμια|ονομα|καταστημα|имя|название|наименование|магазин|компания|организация|назва|фирма|שם|חנות|"
            "الاسم|اسم|المتجر|名前|名称|店名|店舗名|会社名|名稱|商店|公司|公司名称|이름|상호|상호명|가게|매장명|"
            "नाम|दुकान|ชื่อ|ชื่อร้าน|ten|ten cua hang|nama|nama toko|toko"
        ),
        8: (
            "title|titel|titre|titulo|titolo|label|display name|full name|fullname|customer|customer name|client|"
            "kunde|kundenname|account|account name|supplier|supplier name|lieferant|restaurant|location name|"
            "location|place|place name|entry|file as|fn|vollstandiger name|nom complet|nombre completo"
        ),
        5: ("contact|contact name|kontakt|contacto|ansprechpartner|branch|person|brand|brand name|marke|nickname"),
        4: ("last name|lastname|surname|family name|nachname|first name|firstname|given name|vorname|prenom|apellido"),
    },
    "phone": {
        10: (
            "phone|phone number|phone no|phonenumber|phone nr|telephone|telephone number|telephone no|tel|tel no|"
            "tel number|tel nr|phone 1 value|primary phone|main phone|business phone|work phone|office phone|"
            "store phone|shop phone|company phone|company main phone|phone work|phone main|phone business|"
            "contact number|contact no|contact phone|call|ph|ph no|telefon|telefonnummer|telefonnr|telefon nr|"
            "rufnummer|fon|festnetz|geschaftlich telefon|telefon geschaftlich|telephone fixe|"
            "telephone professionnel|numero de telephone|no de telephone|tel fixe|n tel|telefono|"
            "numero de telefono|numero telefonico|telefono fijo|telefono 1|numero di telefono|"
            "recapito telefonico|recapito|telefone|numero de telefone|fone|telefoon|telefoonnummer|telnr|tlf|"
            "tlf nr|puhelin|puhelinnumero|puh|telefon numarasi|telefon no|numer telefonu|nr telefonu|"
            "telefonni cislo|cislo telefonu|telefonszam|numar de telefon|nr telefon|broj telefona|"
            "telefonska stevilka|tilefono|τηλεφωνο|τηλ|телефон|номер телефона|тел|телефон компании|טלפון|"
            "مספר טלפון|הטלפון|هاتف|الهاتف|رقم الهاتف|電話|電話番号|电话|电话号码|電話號碼|联系电话|전화|"
            "전화번호|연락처|फोन|फ़ोन|दूरभाष|โทรศัพท์|เบอร์โทร|เบอร์โทรศัพท์|dien thoai|so dien thoai|telepon|"
            "nomor telepon|no telp|telp|msisdn|e164"
        ),
        8: (
            "mobile|mobile phone|mobile number|mobile no|cell|cell phone|cellphone|cell number|handy|handynummer|"
            "mobil|mobiltelefon|mobilnummer|portable|tel portable|movil|celular|cellulare|telemovel|gsm|whatsapp|"
            "whatsapp number|kannykka|matkapuhelin|komorka|cep|cep telefonu|мобильный|手机|手機|携帯|携帯電話|"
            "휴대폰|핸드폰|phone 2 value|phone 2|home phone|other phone|hotline|toll free|toll free number|"
            "customer service"
        ),
        4: ("number|numbers|nummer|numero|no|nr|num|numer|cislo|номер|番号|号码|번호|digits|landline|home"),
        2: ("fax|fax number|faxnummer|telefax|fax no"),
    },
    "note": {
        10: (
            "note|notes|comment|comments|remark|remarks|memo|notiz|notizen|bemerkung|bemerkungen|kommentar|"
            "anmerkung|remarque|remarques|commentaire|commentaires|nota|notas|comentario|comentarios|"
            "observaciones|observacion|osservazioni|commento|commenti|observacao|observacoes|opmerking|"
            "opmerkingen|notitie|anteckning|anteckningar|merknad|bemaerkning|huomautus|muistiinpano|uwagi|"
            "notatka|poznamka|megjegyzes|observatii|napomena|opomba|aciklama|not|notlar|σημειωση|σχολια|"
            "примечание|заметка|комментарий|הערה|הערות|ملاحظة|ملاحظات|備考|メモ|备注|備註|메모|비고|टिप्पणी|"
            "หมายเหตุ|ghi chu|catatan"
        ),
        5: ("description|beschreibung|descripcion|descrizione|descricao|details|info|additional info|extra"),
    },
    "other": {
        1: (
            "id|row|index|line|address|street|strasse|adresse|direccion|indirizzo|city|town|ort|stadt|ville|"
            "ciudad|zip|zip code|postcode|postal code|plz|state|province|country|land|pays|pais|region|email|"
            "e mail|mail|website|web|url|homepage|category|kategorie|type|typ|tags|status|latitude|longitude|lat|"
            "lng|lon|date|created|created at|updated|updated at|created on|opening hours|hours|price|source|"
            "valid|sku|code|kundennummer|customer number|customer no|customer id|reason|zeile|grund|"
            "account number|id number|house number|hausnummer|uid|vat|ust id|tax id|iban|group|gruppe"
        ),
    },
}


def _words(title: str) -> str:
    return fold(title.replace("_", " ").replace("-", " ").replace("/", " "))


def _known() -> dict[str, tuple[Kind, int]]:
    known: dict[str, tuple[Kind, int]] = {}
    for kind, weights in _TITLES.items():
        for weight, titles in weights.items():
            for title in titles.split("|"):
                if words := _words(title):
                    known.setdefault(words, (kind, weight))
    return known


_KNOWN = _known()
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kind_of_title(title: str) -> tuple[Kind, int] | None:
    """What a column so titled holds, and how clearly that says it (1 to 10); None for a title nobody knows."""
    words = _words(title) if len(title) <= 60 else ""
    if not words:
        return None
    return _KNOWN.get(words) or _KNOWN.get(_words(_CAMEL.sub(" ", title))) or _KNOWN.get(words.rstrip("s0123456789 "))
