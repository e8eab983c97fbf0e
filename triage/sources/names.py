"""What a mailbox is for, told by its SPECIAL-USE flags or by its name in many languages."""

import base64
import re
import unicodedata
from collections.abc import Sequence

from triage.model.mail import Role

_FLAGS = {
    "\\sent": Role.SENT,
    "\\trash": Role.TRASH,
    "\\junk": Role.JUNK,
    "\\spam": Role.JUNK,
    "\\inbox": Role.INBOX,
}

_NAMES = {
    Role.INBOX: "INBOX",
    Role.SENT: (
        "Sent|Sent Items|Sent Messages|Sent Mail|Sent-Mail|Sent Objects|Sent Email|Sent Emails"
        "|Gesendet|Gesendete|Gesendete Objekte|Gesendete Elemente|Gesendete Nachrichten|Gesendete Mails"
        "|Gesendete E-Mails|Gesendete Post"
        "|Envoyés|Envoyé|Éléments envoyés|Messages envoyés|Courrier envoyé|Courriers envoyés|Objets envoyés"
        "|Mails envoyés|E-mails envoyés"
        "|Enviados|Enviado|Enviadas|Elementos enviados|Mensajes enviados|Correo enviado|Correos enviados"
        "|Correo electrónico enviado|Itens enviados|Mensagens enviadas|Items enviados|E-mails enviados|Emails enviados"
        "|Mail enviado|Elements enviats|Enviats|Missatges enviats|Correu enviat|Bidaliak|Bidalitakoak"
        "|Inviata|Inviati|Inviate|Posta inviata|Messaggi inviati|Elementi inviati"
        "|Verzonden|Verzonden items|Verzonden berichten|Verzonden objecten|Verzonden post|Verstuurd|Verstuurde items"
        "|Verstuurde berichten"
        "|Wysłane|Elementy wysłane|Wiadomości wysłane|Poczta wysłana|Wysłana poczta"
        "|Skickat|Skickade|Skickade objekt|Skickade meddelanden|Skickad e-post|Skickade mejl"
        "|Sendt|Sendte|Sendte elementer|Sendte meldinger|Sendt post|Sendt e-post|Sende elementer|Sendte e-mails"
        "|Sendte mails|Sendt mail"
        "|Lähetetyt|Lähetetyt viestit|Lähetetyt kohteet|Lähetetty"
        "|Sendir hlutir|Sent atriði|Sendur póstur|Send skilaboð"
        "|Odeslané|Odeslaná pošta|Odeslané zprávy|Odeslané položky"
        "|Odoslané|Odoslaná pošta|Odoslané správy|Odoslané položky|Poslano|Poslane stavke|Poslani predmeti"
        "|Poslana pošta|Poslane poruke|Poslate stavke|Poslato|Poslati elementi"
        "|Elküldött|Elküldött elemek|Elküldött üzenetek|Elküldött levelek|Elküldve"
        "|Trimise|Elemente trimise|Mesaje trimise|E-mailuri trimise"
        "|Saadetud|Saadetud kirjad|Saadetud üksused|Nosūtītie|Nosūtītās|Nosūtītie vienumi|Nosūtīts"
        "|Išsiųsta|Išsiųstieji|Išsiųsti|Išsiųsti elementai|Išsiųsti laiškai"
        "|Gönderilmiş|Gönderilen|Gönderilenler|Gönderilmiş Öğeler|Gönderilmiş Postalar|Gönderilen Öğeler"
        "|Gönderilen Kutusu"
        "|Të dërguara|Elementet e dërguara|Mibgħuta|Anfonwyd|Negeseuon a anfonwyd|Seolta"
        "|Отправленные|Отправлено|Отправленные письма|Отправленные сообщения"
        "|Надіслані|Надіслано|Відправлені|Відіслані|Надіслані листи|Адпраўленыя|Дасланыя"
        "|Изпратени|Изпратени елементи|Изпратена поща|Изпратени съобщения|Послато|Послате ставке|Испратени|Пратени"
        "|Απεσταλμένα|Απεσταλμένα στοιχεία|Απεσταλμένα μηνύματα|Σταλθέντα"
        "|Жіберілген|Yuborilgan|Göndərilmiş|გაგზავნილი|Ուղարկված"
        "|送信済み|送信済みアイテム|送信済みメール|送信済みメッセージ|送信済"
        "|已发送|已发送邮件|已发邮件|已发送的邮件|已傳送的郵件|已发送消息|寄件備份|寄件备份|已寄出|已寄送的郵件|寄件匣備份"
        "|已傳送|已寄信件|傳送的郵件"
        "|보낸 편지함|보낸편지함|보낸 메일함|보낸메일함|보낸 메시지|보낸 항목"
        "|Đã gửi|Thư đã gửi|Mục đã gửi|Tin đã gửi|รายการที่ส่ง|ส่งแล้ว|จดหมายที่ส่ง|จดหมายที่ส่งแล้ว"
        "|Terkirim|Item Terkirim|Pesan Terkirim|Surat Terkirim|Item Dihantar|Dihantar|Mel Dihantar"
        "|المرسل|المرسلة|العناصر المرسلة|البريد المرسل|الرسائل المرسلة"
        "|נשלח|נשלחו|פריטים שנשלחו|דואר שנשלח|הודעות שנשלחו"
        "|ارسال شده|ارسال‌شده|موارد ارسال شده|भेजे गए|भेजी गई मेल|भेजे गए आइटम|প্রেরিত|அனுப்பியவை"
    ),
    Role.TRASH: (
        "Trash|Deleted Items|Deleted Messages|Deleted|Deleted Mail|Bin|Wastebasket|Rubbish"
        "|Papierkorb|Gelöscht|Gelöschte Objekte|Gelöschte Elemente|Gelöschte Nachrichten"
        "|Corbeille|Éléments supprimés|Messages supprimés|Supprimés|Poubelle"
        "|Papelera|Eliminados|Elementos eliminados|Papelera de reciclaje|Mensajes eliminados"
        "|Lixeira|Lixo|Itens excluídos|Itens eliminados|Mensagens excluídas|Paperera|Elements suprimits"
        "|Cestino|Posta eliminata|Eliminati|Elementi eliminati|Messaggi eliminati"
        "|Prullenbak|Prullenmand|Verwijderd|Verwijderde items|Verwijderde berichten"
        "|Kosz|Elementy usunięte|Usunięte|Usunięte wiadomości"
        "|Papperskorg|Papperskorgen|Borttaget|Borttagna|Borttagna objekt|Raderade objekt"
        "|Papirkurv|Papirkurven|Slettet|Slettede|Slettede elementer|Slettet post|Søppelbøtte|Slettede meldinger"
        "|Roskakori|Poistetut|Poistetut kohteet|Poistetut viestit|Rusl|Eytt"
        "|Koš|Odstraněná pošta|Odstraněné|Odstraněné položky"
        "|Smeće|Izbrisano|Izbrisane stavke|Izbrisani predmeti|Obrisane stavke|Otpad"
        "|Lomtár|Kuka|Törölt elemek|Törölt|Coș|Coș de gunoi|Elemente șterse|Gunoi"
        "|Prügikast|Kustutatud üksused|Miskaste|Dzēstie vienumi|Šiukšlinė|Šiukšliadėžė|Ištrinti elementai"
        "|Çöp|Çöp Kutusu|Çöp Sepeti|Silinmiş Öğeler|Silinen|Silinmiş"
        "|Корзина|Удалённые|Удаленные элементы|Кошик|Видалені|Видалене|Кошче|Изтрити|Изтрити елементи|Смеће"
        "|Κάδος|Κάδος απορριμμάτων|Διαγραμμένα|Διαγραμμένα στοιχεία"
        "|ごみ箱|ゴミ箱|削除済みアイテム|削除済み"
        "|已删除|已删除邮件|已刪除|刪除的郵件|垃圾桶|回收站|已删除消息|已刪除的郵件|휴지통|지운 편지함|삭제된 항목"
        "|Thùng rác|Mục đã xóa|ถังขยะ|รายการที่ถูกลบ|Sampah|Item Terhapus|Tong Sampah"
        "|المهملات|سلة المهملات|العناصر المحذوفة|אשפה|פריטים שנמחקו|سطل زباله|कचरा|ट्रैश"
    ),
    Role.JUNK: (
        "Junk|Spam|Junk E-mail|Junk Email|Junk Mail|Bulk|Bulk Mail|Spamverdacht|Unerwünscht|Unerwünschte Werbung"
        "|Junk-E-Mail|Courrier indésirable|Indésirables|Pourriel|Pourriels|Correo no deseado|No deseado"
        "|Correo basura|Lixo eletrônico|Lixo electrónico|E-mail de lixo|Correu brossa|Posta indesiderata|Indesiderata"
        "|Ongewenst|Ongewenste e-mail|Ongewenste post|Wiadomości-śmieci|Niechciane|Wiadomości śmieci"
        "|Skräp|Skräppost|Uønsket|Uønsket e-post|Uønsket mail|Uønsket post|Søppelpost|Roskaposti"
        "|Ruslpóstur|Nevyžádaná pošta|Nevyžádané|Nevyžiadaná pošta|Nevyžiadané|Neželjena pošta|Bezvrijedna e-pošta"
        "|Neželena e-pošta|Vsiljena pošta|Levélszemét|Spamek|E-mail nedorit|Mesaje nedorite|Rämpspost|Mēstules"
        "|Brukalas|Šlamštas|Önemsiz|Önemsiz E-posta|İstenmeyen|Gereksiz"
        "|Спам|Нежелательная почта|Небажана пошта|Нежелана поща|Нежељена пошта|Ανεπιθύμητα|Ανεπιθύμητη αλληλογραφία"
        "|迷惑メール|スパム|垃圾邮件|垃圾郵件|广告邮件|垃圾信件|정크 메일|스팸|스팸메일함|스팸 메일함"
        "|Thư rác|อีเมลขยะ|สแปม"
        "|البريد غير الهام|بريد غير مرغوب|البريد العشوائي|דואר זבל|ספאם|هرزنامه|स्पैम"
    ),
}

_DRAFTS = (
    "Drafts|Draft|Templates|Outbox|Unsent Messages|Entwürfe|Entwurf|Postausgang|Vorlagen|Brouillons|Brouillon"
    "|Borradores|Rascunhos|Bozze|Concepten|Szkice|Wersje robocze|Utkast|Kladder|Luonnokset|Koncepty|Piszkozatok"
    "|Taslaklar|Черновики|Чернетки|下書き|草稿|草稿箱|임시 보관함"
)
_ARCHIVES = "Archive|Archives|Archiv|Archivo|Archivio|Archief|Arkiv|All Mail"

_SEPARATORS = re.compile(r"[/.\\|^]")
_ENCODED = re.compile(r"&([A-Za-z0-9+,]*)-")


def role_of(name: str, flags: tuple[str, ...] = ()) -> Role | None:
    """The mailbox's role, or None for an ordinary one; `name` is decoded, with any hierarchy separator.

    Flags (RFC 6154, and Gmail's) outrank names. A mailbox below a Sent one is Sent, below Trash it is Trash.
    """
    for flag in flags:
        if role := _FLAGS.get(flag.lower()):
            return role
    parts = [folded(part) for part in _SEPARATORS.split(name)]
    if parts == ["inbox"]:
        return Role.INBOX
    roles = (_ROLES.get(part) for part in parts)
    return next((role for role in roles if role not in (None, Role.INBOX)), None)


def is_drafts(name: str) -> bool:
    """Is it for what has not gone out? In any component of its name."""
    return any(folded(part) in _DRAFT_NAMES for part in _SEPARATORS.split(name))


def is_archive(name: str, flags: Sequence[str] = ()) -> bool:
    """Where mail goes once it was read: what lies there stood in an inbox before."""
    return "\\archive" in flags or folded(_SEPARATORS.split(name)[-1]) in _ARCHIVE_NAMES


def folded(name: str) -> str:
    """A name as compared: without case, accents, or doubled and outer white space."""
    marks_apart = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(sign for sign in marks_apart if not unicodedata.combining(sign)).split())


def decoded(name: str) -> str:
    """A mailbox name out of modified UTF-7 (RFC 3501 section 5.1.3); what is malformed stays as it stands."""
    return _ENCODED.sub(_decoded, name)


def _decoded(found: re.Match[str]) -> str:
    encoded = found.group(1).replace(",", "/")
    if not encoded:
        return "&"
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-16-be")
    except ValueError:
        return found.group()


_ROLES = {folded(name): role for role, names in _NAMES.items() for name in names.split("|")}
_DRAFT_NAMES = frozenset(map(folded, _DRAFTS.split("|")))
_ARCHIVE_NAMES = frozenset(map(folded, _ARCHIVES.split("|")))
