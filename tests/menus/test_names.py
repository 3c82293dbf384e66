"""Names: what makes no difference, what is nearest, and what only looks alike."""

import pytest

from menus import names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("йогурт", "и\u0306огурт"),  # in one piece, and in two
        ("Цыплёнок", "цыпленок"),
        ("цыпле\u0308нок", "ЦЫПЛЕНОК"),
        ("tomato\xa0 sauce ", "Tomato sauce"),
        ("кисло–сладкий", "кисло-сладкий"),
        ("Caesar’s", "caesar's"),
        ("ham\u200b", "ｈａｍ"),
    ],
)
def test_the_same_name(one, other):
    assert names.fold(one) == names.fold(other)


def test_other_names():
    different = ["сыр", "сыры", "ham", "hām", "tomato sauce", "tomatosauce", "и", "й"]
    assert len({names.fold(name) for name in different}) == len(different)


def test_names_are_shown_as_they_are_written():
    assert names.tidy(" Мёд\xa0 и\u0306од\n") == "Мёд йод"
    assert names.split("ham, сыр；x;\nハム、チーズ,, ") == [
        "ham",
        "сыр",
        "x",
        "ハム",
        "チーズ",
    ]


def test_a_letter_of_another_script_is_found():
    word = "tomato sau\u0441e"
    assert names.nearest(word, ["mozzarella", "Tomato sauce"]) == ["Tomato sauce"]
    assert names.foreign_letter(word, "Tomato sauce") == (
        "'\u0441' is CYRILLIC SMALL LETTER ES"
    )
    assert names.foreign_letter("tomato souce", "tomato sauce") == ""
    assert names.foreign_letter("Tomato  sauce", "tomato sauce") == ""
