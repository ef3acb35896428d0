"""What the shop sells: products, their reviews and the archive. Plain values, the same in every instance."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["ARCHIVE", "CATEGORIES", "OFFERS", "PRODUCTS", "ArchiveItem", "Product", "Review", "product"]

CATEGORIES = ("Kitchen", "Home", "Desk", "Outdoors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One customer's opinion. `stars` runs from 1 to 5."""

    author: str
    stars: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One article. `price` is in cents; `names` maps a language code to the name in that language."""

    slug: str
    name: str
    price: int
    category: str
    blurb: str
    colours: tuple[str, ...] = ()
    stock: int = 0
    reviews: tuple[Review, ...] = ()
    names: dict[str, str] = field(default_factory=dict)

    def named(self, language: str) -> str:
        """Return the name in a language, the English one when there is no translation."""
        return self.names.get(language, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveItem:
    """An article of former years, shown in the long list of the archive."""

    number: int
    name: str
    year: int


_OPINIONS = (
    Review(author="Ingrid", stars=5, text="Exactly as described, and lovely to hold."),
    Review(author="Tomás", stars=4, text="Good quality. Delivery took a day longer than I hoped."),
    Review(author="Mei", stars=5, text="A present for my father, who now wants a second one."),
    Review(author="Oluwaseun", stars=3, text="Fine, but the colour is darker than in the picture."),
    Review(author="Katarzyna", stars=4, text="Solid work. I would buy it again."),
)


def _reviews(first: int, count: int) -> tuple[Review, ...]:
    return tuple(_OPINIONS[(first + n) % len(_OPINIONS)] for n in range(count))


PRODUCTS: tuple[Product, ...] = (
    Product(
        slug="stoneware-mug", name="Stoneware mug", price=1400, category="Kitchen", stock=18,
        blurb="Thrown by hand, glazed inside, raw outside. Holds a generous morning.",
        colours=("Sand", "Moss", "Ink"), reviews=_reviews(0, 3),
        names={"de": "Steinzeugbecher", "el": "Κούπα από πηλό", "ar": "كوب خزفي", "ja": "陶器のマグ"},
    ),
    Product(
        slug="cast-iron-teapot", name="Cast-iron teapot", price=4800, category="Kitchen", stock=6,
        blurb="Keeps tea warm for an hour and a kitchen calm for longer.",
        colours=("Black", "Moss"), reviews=_reviews(2, 2),
        names={"de": "Gusseiserne Teekanne", "el": "Μαντεμένια τσαγιέρα", "ar": "إبريق شاي", "ja": "鉄瓶"},
    ),
    Product(
        slug="walnut-board", name="Walnut cutting board", price=3650, category="Kitchen", stock=11,
        blurb="End grain, oiled twice, with a groove that keeps the juice where it belongs.",
        reviews=_reviews(1, 4), names={"de": "Schneidebrett aus Nussbaum", "ja": "まな板"},
    ),
    Product(
        slug="linen-apron", name="Linen apron", price=3200, category="Kitchen", stock=9,
        blurb="Cross-back straps, two pockets, and no bow to tie.",
        colours=("Sand", "Ink"), reviews=_reviews(3, 2), names={"de": "Leinenschürze", "el": "Λινή ποδιά"},
    ),
    Product(
        slug="pepper-mill", name="Beech pepper mill", price=2725, category="Kitchen", stock=14,
        blurb="A steel grinder in turned beech. From dust to crushed corns in half a turn.",
        reviews=_reviews(4, 3), names={"de": "Pfeffermühle", "ar": "مطحنة فلفل"},
    ),
    Product(
        slug="copper-saucepan", name="Copper saucepan", price=8900, category="Kitchen", stock=0,
        blurb="Two millimetres of copper, lined with tin, for people who watch their caramel.",
        reviews=_reviews(0, 2), names={"de": "Kupferkasserolle", "ja": "銅鍋"},
    ),
    Product(
        slug="wool-blanket", name="Wool blanket", price=7400, category="Home", stock=7,
        blurb="Woven from undyed wool, wide enough for two and a dog.",
        colours=("Oat", "Charcoal"), reviews=_reviews(1, 3),
        names={"de": "Wolldecke", "el": "Μάλλινη κουβέρτα", "ar": "بطانية صوف", "ja": "ウールの毛布"},
    ),
    Product(
        slug="beeswax-candle", name="Beeswax candle", price=950, category="Home", stock=40,
        blurb="Burns for forty hours and smells faintly of August.",
        reviews=_reviews(2, 4), names={"de": "Bienenwachskerze", "el": "Κερί μέλισσας"},
    ),
    Product(
        slug="reading-lamp", name="Brass reading lamp", price=11900, category="Home", stock=4,
        blurb="A jointed arm that stays where you leave it, and a switch that clicks.",
        reviews=_reviews(3, 3), names={"de": "Leselampe aus Messing", "ar": "مصباح قراءة"},
    ),
    Product(
        slug="wall-clock", name="Oak wall clock", price=6400, category="Home", stock=5,
        blurb="No numerals and no ticking.",
        reviews=_reviews(4, 2), names={"de": "Wanduhr aus Eiche", "el": "Ρολόι τοίχου"},
    ),
    Product(
        slug="terracotta-pot", name="Terracotta pot", price=1275, category="Home", stock=22,
        blurb="With a saucer. The plant is up to you.",
        reviews=_reviews(0, 4), names={"de": "Terrakottatopf", "ar": "أصيص فخاري"},
    ),
    Product(
        slug="linen-cushion", name="Linen cushion", price=2999, category="Home", stock=13,
        blurb="Filled with feathers, closed with buttons, washed before it reaches you.",
        colours=("Oat", "Moss", "Rust"), reviews=_reviews(1, 2),
        names={"de": "Leinenkissen", "ja": "リネンのクッション"},
    ),
    Product(
        slug="field-notebook", name="Field notebook", price=1150, category="Desk", stock=60,
        blurb="Ninety-six dotted pages that lie flat, in a cover that does not mind rain.",
        colours=("Kraft", "Moss", "Ink"), reviews=_reviews(2, 3),
        names={"de": "Feldnotizbuch", "el": "Σημειωματάριο", "ar": "دفتر ملاحظات", "ja": "野帳"},
    ),
    Product(
        slug="fountain-pen", name="Fountain pen", price=4200, category="Desk", stock=8,
        blurb="A medium nib that forgives. Takes cartridges or a converter.",
        colours=("Black", "Rust"), reviews=_reviews(3, 4),
        names={"de": "Füllfederhalter", "el": "Πένα", "ar": "قلم حبر", "ja": "万年筆"},
    ),
    Product(
        slug="brass-ruler", name="Brass ruler", price=1600, category="Desk", stock=25,
        blurb="Fifteen centimetres on one side, six inches on the other.",
        reviews=_reviews(4, 2), names={"de": "Messinglineal"},
    ),
    Product(
        slug="desk-organiser", name="Cedar desk organiser", price=3800, category="Desk", stock=10,
        blurb="Five compartments, one of them for what you cannot throw away.",
        reviews=_reviews(0, 3), names={"de": "Ordnungskasten aus Zeder"},
    ),
    Product(
        slug="paper-scissors", name="Paper scissors", price=1999, category="Desk", stock=16,
        blurb="Long blades for long cuts.",
        reviews=_reviews(1, 3), names={"de": "Papierschere", "ja": "紙ばさみ"},
    ),
    Product(
        slug="bottle-of-ink", name="Bottle of ink", price=1320, category="Desk", stock=0,
        blurb="Fifty millilitres of blue-black that dries before you turn the page.",
        reviews=_reviews(2, 2), names={"de": "Tintenfass", "ar": "زجاجة حبر"},
    ),
    Product(
        slug="canvas-backpack", name="Canvas backpack", price=9600, category="Outdoors", stock=6,
        blurb="Waxed canvas, leather straps, twenty litres.",
        colours=("Moss", "Charcoal"), reviews=_reviews(3, 3),
        names={"de": "Rucksack aus Segeltuch", "el": "Σακίδιο", "ja": "帆布リュック"},
    ),
    Product(
        slug="steel-bottle", name="Steel bottle", price=2400, category="Outdoors", stock=30,
        blurb="Cold for a day, hot for half of one.",
        colours=("Sand", "Ink"), reviews=_reviews(4, 4), names={"de": "Stahlflasche", "ar": "قارورة فولاذية"},
    ),
    Product(
        slug="camp-lantern", name="Camp lantern", price=5400, category="Outdoors", stock=9,
        blurb="Charges by day, glows by night, hangs from anything.",
        reviews=_reviews(0, 2), names={"de": "Zeltlaterne", "el": "Φανάρι"},
    ),
    Product(
        slug="cotton-hammock", name="Cotton hammock", price=6800, category="Outdoors", stock=3,
        blurb="For two trees four metres apart and one afternoon.",
        reviews=_reviews(1, 4), names={"de": "Hängematte", "ja": "ハンモック"},
    ),
    Product(
        slug="pocket-knife", name="Pocket knife", price=3300, category="Outdoors", stock=12,
        blurb="One blade, olive wood, and a lock you can trust.",
        reviews=_reviews(2, 2), names={"de": "Taschenmesser"},
    ),
    Product(
        slug="trail-map", name="Trail map of Norway", price=899, category="Outdoors", stock=0,
        blurb="Waterproof, printed on both sides, and impossible to fold back.",
        reviews=_reviews(3, 2), names={"de": "Wanderkarte Norwegen", "ja": "ノルウェー山歩き地図"},
    ),
)  # fmt: skip

_BY_SLUG = {item.slug: item for item in PRODUCTS}


def product(slug: str) -> Product | None:
    """Return the product with that slug, or None."""
    return _BY_SLUG.get(slug)


_MATERIALS = ("Oak", "Brass", "Linen", "Clay", "Willow", "Slate", "Wool", "Copper", "Birch", "Glass")
_THINGS = ("stool", "jug", "tray", "basket", "bowl", "hook", "frame", "vase", "box", "bell", "comb")

ARCHIVE: tuple[ArchiveItem, ...] = tuple(
    ArchiveItem(
        number=n,
        name=f"{_MATERIALS[n * 7 % len(_MATERIALS)]} {_THINGS[n * 5 % len(_THINGS)]} No. {n}",
        year=1976 + n // 10,
    )
    for n in range(1, 501)
)

OFFERS: dict[str, tuple[tuple[str, int], ...]] = {
    "Bergen": (("Wool socks", 1400), ("Rain hat", 2600), ("Cardamom buns, six", 900)),
    "Oslo": (("Enamel plate", 1100), ("Sheepskin", 7900), ("Ski wax", 750)),
    "London": (("Tea towel", 850), ("Umbrella", 3400), ("Marmalade", 620), ("Biscuit tin", 1550)),
}
"""What each of the shop's houses has on offer today: name and price in cents."""
