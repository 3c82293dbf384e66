"""From ingredients as a menu prints them to a recipe: the rules are the tables below.

    Томатный соус, двойная порция пепперони и увеличенная порция моцареллы
    -> Томатный соус, пепперони, пепперони, моцарелла

To teach it a menu of yours, add lines to the tables; `scrape.log` in the menu folder
shows what they do. Patterns are regular expressions; case and ё/е make no difference.
Commas of other scripts and semicolons are commas already.
"""

import re
import unicodedata
from dataclasses import dataclass

from menus.names import SEPARATORS, fold

MOST_INGREDIENTS = 30  # more than that is no recipe, and its matrix would be huge
LONGEST_NAME = 60  # characters; more than that is a sentence, not an ingredient

# On the whole list, before it is split at its commas: pattern, replacement.
REWRITES = (
    (r"[«»\"“”„*†]", ""),  # quotes, footnote signs
    (r"(?:смесь сыров|сыры) \(([^()]*)\)", r"\1"),  # the cheeses of a mix are listed
    (r"\([^()]*,[^()]*\)", ""),  # what an ingredient consists of is not
    (r"[•·]", ","),
)

# Portions, before an ingredient: how many times it stands in the recipe.
PORTIONS = (
    (r"двойн(?:ая|ой|ую|ые|ых) порци\w+", 2),
    (r"увеличенн(?:ая|ой|ую|ые|ых) порци\w+", 1),  # the article drops it
)

# Dropped from an ingredient that is not in the table as it stands.
DROPPED = (
    r"\([^)]*\)?",  # brackets; "говядина (фарш)" is in the table, so it is kept
    r"(?:фирменн|пикантн|ароматн|нежн|сочн|свеж|классическ)\w{2,3} (?=\w)",  # praise
    r"(?:кубик|ломтик|кусочк|слайс)\w* (?=\w)",  # how it is cut
    r"(?:смесь )?сыр(?:а|ы|ов)? (?=\w)",  # "сыры чеддер", "сыра моцарелла"
    r"смесь (?=\w)",
)

# Words that name nothing by themselves: what stands before them is not dropped.
VAGUE = ("соус", "сыр", "сыры", "перец", "лук", "травы", "зелень", "колбаски", "мясо")

# An ingredient's name: its English name, then other forms that mean the same.
# The names of the article's 28 are spelled as there, capitals too: its codes are the
# places in their sorted list.
INGREDIENTS = {
    "Сгущенное молоко": ("condensed milk", "сгущенного молока"),
    "Соус Ранч": ("ranch sauce", "соуса ранч", "ранч"),
    "Сырный соус": ("cheese sauce", "сырного соуса", "соус сырный"),
    "Томатный соус": ("tomato sauce", "томатного соуса", "соус томатный"),
    "ананасы": ("pineapple", "ананасов", "ананас"),
    "базилик": ("basil", "базилика"),
    "бекон": ("bacon", "бекона"),
    "брусника": ("lingonberry", "брусники"),
    "брынза": ("brynza", "брынзы"),
    "ветчина": ("ham", "ветчины"),
    "говядина": ("beef", "говядины"),
    "говядина (фарш)": ("minced beef", "говядины (фарш)", "говяжий фарш"),
    "кисло-сладкий соус": ("sweet-and-sour sauce", "кисло-сладкого соуса"),
    "красный лук": ("red onion", "красного лука"),
    "креветки": ("shrimp", "креветок"),
    "маслины": ("black olives", "маслин"),
    "моцарелла": ("mozzarella", "моцареллы", "сливочная моцарелла"),
    "орегано": ("oregano",),
    "охотничьи колбаски": ("hunter sausages", "охотничьих колбасок"),
    "пепперони": ("pepperoni",),
    "сладкий перец": ("sweet pepper", "сладкого перца"),
    "соленые огурцы": ("pickled cucumbers", "соленых огурцов", "соленые огурчики"),
    "соус Барбекю": ("barbecue sauce", "соуса барбекю", "барбекю"),
    "томаты": ("tomatoes", "томатов"),
    "халапеньо": ("jalapeno", "острый халапеньо", "острого халапеньо"),
    "цыпленок": ("chicken", "цыпленка"),
    "чеснок": ("garlic", "чеснока"),
    "шампиньоны": ("mushrooms", "шампиньонов"),
    # beyond the article's menu
    "анчоусы": ("anchovies", "анчоусов"),
    "грибной соус": ("mushroom sauce", "грибного соуса"),
    "груша": ("pear", "груши"),
    "индейка": ("turkey", "индейки"),
    "итальянские травы": ("italian herbs", "итальянских трав"),
    "картофель": ("potato", "картофеля"),
    "корнишоны": ("gherkins", "корнишонов"),
    "кукуруза": ("sweetcorn", "кукурузы"),
    "лосось": ("salmon", "лосося"),
    "лук": ("onion", "лука"),
    "маринованные огурчики": ("marinated gherkins", "маринованных огурчиков"),
    "митболы": ("meatballs", "митболов", "митболы из говядины"),
    "оливки": ("green olives", "оливок"),
    "пармезан": ("parmesan", "пармезана"),
    "руккола": ("rocket", "рукколы"),
    "соус альфредо": ("alfredo sauce", "соуса альфредо"),
    "соус бургер": ("burger sauce", "соуса бургер"),
    "соус карбонара": ("carbonara sauce", "соуса карбонара"),
    "соус песто": ("pesto", "соуса песто", "песто"),
    "сухой чеснок": ("garlic powder", "сухого чеснока"),
    "томаты черри": ("cherry tomatoes", "томатов черри"),
    "тунец": ("tuna", "тунца"),
    "чеддер": ("cheddar", "чеддера"),
    "чесночный соус": ("garlic sauce", "чесночного соуса"),
    "чоризо": (
        "chorizo",
        "острая чоризо",
        "острой чоризо",
        "острые колбаски чоризо",
        "острых колбасок чоризо",
        "колбаски чоризо",
    ),
    "шпинат": ("spinach", "шпината"),
    "яйцо": ("egg", "яйца"),
}


@dataclass(frozen=True)
class Item:
    """One ingredient as printed, and what the rules made of it.

    Attributes:
        printed: its text in the menu.
        names: the ingredient, as often as it counts; empty if it was dropped.
        known: whether it is in the table.
    """

    printed: str
    names: tuple[str, ...]
    known: bool = False


def tidy(text: str) -> str:
    """One line of text without what does not print, odd spaces or emoji.

    Marks that letters carry stay, as the vowels of Hindi and Thai do.
    """
    kept = []
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        if kind[0] == "Z" or kind == "Cc":
            kept.append(" ")
        elif character == "№" or not (
            kind[0] == "C"
            or kind in ("Me", "So", "Sk")
            or "\ufe00" <= character <= "\ufe0f"
        ):
            kept.append(character)
    return " ".join("".join(kept).split())


def read_ingredients(printed: str) -> list[Item]:
    """Reads a printed list of ingredients by the rules of the tables.

    Args:
        printed: as in the menu, "Томатный соус, томаты и моцарелла".

    Returns:
        An `Item` for each ingredient, in the order of the list.
    """
    text = SEPARATORS.sub(",", tidy(printed))
    for pattern, replacement in REWRITES:
        text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    items = []
    for part in text.split(","):
        is_one = _known(part) or " и " not in part
        times, shared = 1, False
        for phrase in [part] if is_one else re.split(r" и ", part):
            rest, portion, plural = _take_portion(phrase.strip())
            # "двойные порции X и Y" doubles both, "двойная порция X и Y" only X.
            times = portion or (times if shared else 1)
            shared = plural or (shared and not portion)
            names, known = _read_name(rest)
            items.append(Item(phrase.strip(), names * times, known))
    return [item for item in items if item.printed]


def _take_portion(phrase: str) -> tuple[str, int, bool]:
    for pattern, times in PORTIONS:
        if found := re.match(rf"({pattern})\s+", phrase, re.IGNORECASE):
            plural = re.search(r"(ые|ых) ", found[1].lower()) is not None
            return phrase[found.end() :], times, plural
    return phrase, 0, False


def _read_name(phrase: str) -> tuple[tuple[str, ...], bool]:
    """The one name of an ingredient, or none, and whether it is in the table."""
    name = phrase
    number = re.search(r"\s?[\d⁰¹²³⁴-⁹]{1,2}\)?$", phrase)  # of a footnote
    if number and unicodedata.category(phrase[number.start() - 1])[0] in "LM":
        name = phrase[: number.start()]
    name = name.strip(" .:!?-–—=+@'`/\\")
    known = _known(name)
    for pattern in DROPPED:
        if known:
            break
        shorter = " ".join(re.sub(pattern, "", name, flags=re.IGNORECASE).split())
        if _has_letters(shorter) and fold(shorter) not in VAGUE:
            name, known = shorter, _known(shorter)
    if known:
        return (known,), True
    if len(name) > LONGEST_NAME or not _has_letters(name):
        return (), False
    if name[1:2].islower() or name[1:2] in " -":  # not "BBQ"
        name = name[0].lower() + name[1:]
    return (name.replace("ё", "е"),), False


def _has_letters(name: str) -> bool:
    """Whether two letters stand together; a mark such as a vowel's counts as one."""
    kinds = "".join(unicodedata.category(character)[0] for character in name)
    return re.search("L[LM]", kinds) is not None


def _known(name: str) -> str:
    return _FORMS.get(fold(name), "")


_FORMS = {
    fold(form): name
    for name, (_, *others) in INGREDIENTS.items()
    for form in (name, *others)
}


def spell_alike(recipes: list[list[str]]) -> list[list[str]]:
    """Gives names that are the same to a menu one spelling: that with fewest capitals.

    They are compared as `menus.names.fold` does it.
    """
    spelling = {}
    for name in sorted({name for recipe in recipes for name in recipe}, reverse=True):
        best = spelling.setdefault(fold(name), name)
        if sum(map(str.isupper, name)) < sum(map(str.isupper, best)):
            spelling[fold(name)] = name
    return [[spelling[fold(name)] for name in recipe] for recipe in recipes]


def ingredient_table(recipes: list[list[str]]) -> list[dict]:
    """Rows of `ingredients.csv`: codes by sorted name, capitals first; 0 is padding."""
    names = sorted({name for recipe in recipes for name in recipe})
    english = {name: forms[0] for name, forms in INGREDIENTS.items()}
    table = [{"code": 0, "name": "0", "name_en": "none"}]
    for code, name in enumerate(names, start=1):
        table.append({"code": code, "name": name, "name_en": english.get(name, "")})
    return table
