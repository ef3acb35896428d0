"""The words of the shop's interface in other languages. English is the key; what is missing stays English."""

from __future__ import annotations

__all__ = ["LANGUAGES", "RIGHT_TO_LEFT", "translate"]

LANGUAGES = {"en": "English", "de": "Deutsch", "el": "Ελληνικά", "ar": "العربية", "ja": "日本語"}
RIGHT_TO_LEFT = frozenset({"ar"})

_WORDS: dict[str, dict[str, str]] = {
    "Shop": {"de": "Laden", "el": "Κατάστημα", "ar": "المتجر", "ja": "ショップ"},
    "All products": {"de": "Alle Artikel", "el": "Όλα τα προϊόντα", "ar": "كل المنتجات", "ja": "すべての商品"},
    "Kitchen": {"de": "Küche", "el": "Κουζίνα", "ar": "المطبخ", "ja": "キッチン"},
    "Home": {"de": "Wohnen", "el": "Σπίτι", "ar": "المنزل", "ja": "住まい"},
    "Desk": {"de": "Schreibtisch", "el": "Γραφείο", "ar": "المكتب", "ja": "机"},
    "Outdoors": {"de": "Draußen", "el": "Ύπαιθρος", "ar": "الهواء الطلق", "ja": "アウトドア"},
    "Offers": {"de": "Angebote", "el": "Προσφορές", "ar": "العروض", "ja": "特価"},
    "Archive": {"de": "Archiv", "el": "Αρχείο", "ar": "الأرشيف", "ja": "アーカイブ"},
    "Help": {"de": "Hilfe", "el": "Βοήθεια", "ar": "مساعدة", "ja": "ヘルプ"},
    "Basket": {"de": "Warenkorb", "el": "Καλάθι", "ar": "السلة", "ja": "カート"},
    "Sign in": {"de": "Anmelden", "el": "Σύνδεση", "ar": "تسجيل الدخول", "ja": "ログイン"},
    "Sign out": {"de": "Abmelden", "el": "Αποσύνδεση", "ar": "تسجيل الخروج", "ja": "ログアウト"},
    "My account": {"de": "Mein Konto", "el": "Ο λογαριασμός μου", "ar": "حسابي", "ja": "マイページ"},
    "Search": {"de": "Suchen", "el": "Αναζήτηση", "ar": "بحث", "ja": "検索"},
    "Add to basket": {
        "de": "In den Warenkorb", "el": "Προσθήκη στο καλάθι", "ar": "أضف إلى السلة", "ja": "カートに入れる",
    },
    "Sold out": {"de": "Ausverkauft", "el": "Εξαντλήθηκε", "ar": "نفد المخزون", "ja": "売り切れ"},
    "In stock": {"de": "Vorrätig", "el": "Διαθέσιμο", "ar": "متوفر", "ja": "在庫あり"},
    "Quantity": {"de": "Menge", "el": "Ποσότητα", "ar": "الكمية", "ja": "数量"},
    "Colour": {"de": "Farbe", "el": "Χρώμα", "ar": "اللون", "ja": "色"},
    "Language": {"de": "Sprache", "el": "Γλώσσα", "ar": "اللغة", "ja": "言語"},
    "Your basket": {"de": "Ihr Warenkorb", "el": "Το καλάθι σας", "ar": "سلتك", "ja": "カートの中身"},
    "Your basket is empty.": {
        "de": "Ihr Warenkorb ist leer.", "el": "Το καλάθι σας είναι άδειο.", "ar": "سلتك فارغة.",
        "ja": "カートは空です。",
    },
    "Things that last.": {
        "de": "Dinge, die bleiben.", "el": "Πράγματα που κρατούν.", "ar": "أشياء تدوم.", "ja": "長く使えるもの。",
    },
}  # fmt: skip


def translate(text: str, language: str) -> str:
    """Return interface words in a language."""
    return _WORDS.get(text, {}).get(language, text)
