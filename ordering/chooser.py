"""Buttons by which a recipe is chosen, and what happens when one is clicked."""

from dataclasses import dataclass

import gradio as gr
import numpy as np

from menus.menu import Menu
from menus.orders import Order
from ordering import choices

PORTIONS = [("half", 0.5), ("one", 1.0), ("double", 2.0)]
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
    def inputs(self) -> list:
        return [self.ingredients, self.amounts, *self.portions]

    @property
    def outputs(self) -> list:
        return [self.ingredients, self.amounts, *self.portions]


def chooser(menu: Menu, start: int, label: str) -> Chooser:
    """Builds the buttons for a recipe.

    Args:
        menu: the menu.
        start: row of the pizza that is chosen first.
        label: what the recipe is.
    """
    names = [(menu.captions[code], code) for code in range(1, menu.classes)]
    amounts = choices.pizza(menu, start)
    with gr.Row(equal_height=True):
        titles = [(title, row) for row, title in enumerate(menu.titles)]
        preset = gr.Dropdown(
            titles, value=start, label="A pizza of the menu", scale=3, min_width=200
        )
        surprise = gr.Button("Surprise me", scale=1, min_width=120)
    group = gr.CheckboxGroup(names, value=list(amounts), label=label)
    with gr.Row():
        portions = [gr.Radio(**look) for look in portion_looks(menu, amounts)]
    state = gr.State((amounts, list(amounts)))
    return Chooser(menu, preset, surprise, group, portions, state)


def portion_looks(menu: Menu, amounts: dict[int, float]) -> list[dict]:
    """How each choice of a portion looks, for the ingredients that are on."""
    looks = [
        {
            "choices": PORTIONS,
            "value": amount,
            "label": menu.captions[code],
            "visible": True,
            "min_width": 150,
        }
        for code, amount in list(amounts.items())[: menu.longest]
    ]
    hidden = {"choices": PORTIONS, "visible": False, "min_width": 150}
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
    """Reads what a `Chooser` shows from the values of its `inputs`."""

    def __init__(self, menu: Menu):
        self.menu, self.size = menu, 2 + menu.longest

    def order(self, values) -> Order:
        codes, (known, _), *_ = values
        return choices.order_of(self.menu, chosen(known, codes).items())


def follow(chooser: Chooser, draw, others: list, outputs: list):
    """Draws whenever a recipe changes, in the same answer.

    Args:
        chooser: the buttons.
        draw: takes the values of `chooser.inputs` and of `others`; returns those of
            `outputs`.
        others: what else it takes.
        outputs: what it changes.
    """
    menu, size = chooser.menu, len(chooser.inputs)

    def show(amounts, known, rest):
        state = known | amounts, list(amounts)
        looks = updates(menu, amounts)
        values = [list(amounts), state, *[None] * menu.longest]
        return [list(amounts), state, *looks, *draw(*values, *rest)]

    def on_ingredients(*values):
        codes, (known, _), *_ = values[:size]
        # The group itself stays as it is: it may have been clicked since.
        return show(chosen(known, codes), known, values[size:])[1:]

    def on_portion(*values):
        codes, state, *portions = values[:size]
        state = set_portions(state, portions)
        return [state, *draw(codes, state, *portions, *values[size:])]

    def on_preset(row, *values):
        if row not in range(len(menu.rows)):
            raise gr.Error("expected a pizza of the menu")
        return show(choices.pizza(menu, row), values[1][0], values[size:])

    def on_surprise(*values):
        invented = choices.surprise(menu, np.random.default_rng())
        return [None, *show(invented, values[1][0], values[size:])]

    inputs = [*chooser.inputs, *others]
    on(chooser.ingredients.input, on_ingredients, inputs, chooser.outputs[1:] + outputs)
    for portion in chooser.portions:
        on(portion.input, on_portion, inputs, [chooser.amounts, *outputs])
    all_outputs = [*chooser.outputs, *outputs]
    on(chooser.preset.input, on_preset, [chooser.preset, *inputs], all_outputs)
    on(chooser.surprise.click, on_surprise, inputs, [chooser.preset, *all_outputs])


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
