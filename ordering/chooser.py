"""Buttons by which a recipe is chosen, and what happens when one is clicked."""

from dataclasses import dataclass

import gradio as gr
import numpy as np

from menus.menu import Menu
from menus.orders import Order
from ordering import choices

PORTIONS = {0.5: "half", 1.0: "one", 2.0: "double"}
LAST = {"trigger_mode": "always_last"}  # of many clicks at once, the last is drawn


@dataclass
class Chooser:
    """Buttons by which a recipe is chosen.

    Attributes:
        preset: pizzas of the menu.
        surprise: a button for a recipe of chance.
        ingredients: a button each, on or off.
        portions: one an ingredient that is on; the others are not to be seen.
        amounts: of all that was ever on, by code, and the codes that `portions` show.
    """

    menu: Menu
    preset: gr.Dropdown
    surprise: gr.Button
    ingredients: gr.CheckboxGroup
    portions: list[gr.Radio]
    amounts: gr.State

    @property
    def parts(self) -> list:
        """What holds the recipe: read and changed by events."""
        return [self.ingredients, self.amounts, *self.portions]


def chooser(menu: Menu, start: int, label: str, surprise: bool = True) -> Chooser:
    """Builds the buttons for a recipe.

    Args:
        menu: the menu.
        start: row of the pizza that is chosen first.
        label: what the recipe is.
        surprise: whether a recipe of chance is offered.
    """
    names = [(menu.captions[code], code) for code in range(1, menu.classes)]
    amounts = choices.pizza(menu, start)
    with gr.Row(equal_height=True):
        titles = [(title, row) for row, title in enumerate(menu.titles)]
        preset = gr.Dropdown(
            titles, value=start, label="A pizza of the menu", scale=3, min_width=200
        )
        chance = gr.Button("Surprise me", scale=1, min_width=120, visible=surprise)
    group = gr.CheckboxGroup(names, value=list(amounts), label=label)
    with gr.Row():
        portions = [gr.Radio(**look) for look in portion_looks(menu, amounts)]
    state = gr.State((amounts, list(amounts)))
    return Chooser(menu, preset, chance, group, portions, state)


def portions_of(menu: Menu) -> list[tuple[str, float]]:
    """Names and amounts that can be chosen: also each that a pizza of the menu has.

    They are the same for all ingredients: a hidden choice keeps its value, which Gradio
    refuses if it is not among those on offer.
    """
    pizzas = [choices.pizza(menu, row) for row in range(len(menu.rows))]
    amounts = {amount for pizza in pizzas for amount in pizza.values()}
    return [
        (PORTIONS.get(amount, f"{amount:g} portions"), amount)
        for amount in sorted(amounts | set(PORTIONS))
    ]


def portion_looks(menu: Menu, amounts: dict[int, float]) -> list[dict]:
    """How each choice of a portion looks, for the ingredients that are on."""
    offered = portions_of(menu)
    looks = [
        {
            "choices": offered,
            "value": amount,
            "label": menu.captions[code],
            "visible": True,
            "min_width": 150,
        }
        for code, amount in list(amounts.items())[: menu.longest]
    ]
    hidden = {"choices": offered, "visible": False, "min_width": 150}
    return looks + [hidden] * (menu.longest - len(looks))


def chosen(known: dict[int, float], codes: list[int]) -> dict[int, float]:
    """Amounts of what is on: as they were when it was on before, else one portion."""
    return {code: known.get(code, 1.0) for code in codes}


def set_portions(state, portions) -> tuple[dict[int, float], list[int]]:
    """Takes over the portions that are shown."""
    known, shown = state
    changed = {c: p for c, p in zip(shown, portions, strict=False) if p is not None}
    return known | changed, shown


def updates(menu: Menu, amounts: dict[int, float]) -> list:
    return [gr.update(**look) for look in portion_looks(menu, amounts)]


class Chosen:
    """Reads what a `Chooser` shows from the values of its `parts`."""

    def __init__(self, menu: Menu):
        self.menu, self.size = menu, 2 + menu.longest

    def order(self, values) -> Order:
        codes, (known, _), *_ = values
        return choices.order_of(self.menu, chosen(known, codes).items())


def follow(chooser: Chooser, draw, others: list, outputs: list):
    """Draws whenever a recipe changes, in the same answer.

    Args:
        chooser: the buttons.
        draw: takes the values of `chooser.parts` and of `others`; returns those of
            `outputs`.
        others: what else it takes.
        outputs: what it changes.
    """
    menu, size = chooser.menu, len(chooser.parts)

    def show(amounts, known, rest):
        state = known | amounts, list(amounts)
        looks = updates(menu, amounts)
        values = [list(amounts), state, *[None] * menu.longest]
        return [list(amounts), state, *looks, *draw(*values, *rest)]

    def on_ingredients(*values):
        codes, (known, _), *_ = values[:size]
        # The group itself stays as it is: it may have been clicked since.
        return [None, *show(chosen(known, codes), known, values[size:])[1:]]

    def on_portion(*values):
        codes, state, *portions = values[:size]
        state = set_portions(state, portions)
        return [None, state, *draw(codes, state, *portions, *values[size:])]

    def on_preset(row, *values):
        if row not in range(len(menu.rows)):
            raise gr.Error("expected a pizza of the menu")
        return show(choices.pizza(menu, row), values[1][0], values[size:])

    def on_surprise(*values):
        invented = choices.surprise(menu, np.random.default_rng())
        return [None, *show(invented, values[1][0], values[size:])]

    preset, parts = chooser.preset, chooser.parts
    inputs, all_outputs = [*parts, *others], [*parts, *outputs]
    on(chooser.ingredients.input, on_ingredients, inputs, [preset, *all_outputs[1:]])
    for portion in chooser.portions:
        on(portion.input, on_portion, inputs, [preset, chooser.amounts, *outputs])
    on(preset.input, on_preset, [preset, *inputs], all_outputs)
    on(chooser.surprise.click, on_surprise, inputs, [preset, *all_outputs])


def on(event, function, inputs, outputs):
    """Listens to an event; drawings wait for one another, and show no progress."""
    return event(
        function,
        inputs,
        outputs,
        show_progress="hidden",
        concurrency_id="draw",
        api_visibility="private",
        **LAST,
    )
