"""The page of `order.py`: buttons, events and looks, made with Gradio.

What is drawn and said is decided in `choices` and `drawing`.
"""

from dataclasses import dataclass
from pathlib import Path

import gradio as gr
import numpy as np

from menus.menu import Menu
from menus.orders import Order
from ordering import choices, html
from ordering.choices import Choice
from ordering.drawing import (
    Drawer,
    enlarge,
    legend,
    owners_picture,
    read_upload,
)
from utils import InputError

OTHERS = 6  # samples beside the picture
PORTIONS = [("half", 0.5), ("one", 1.0), ("double", 2.0)]
WAYS = [
    ("one recipe", "one"),
    ("half and half", "half"),
    ("between two recipes", "between"),
]
LARGEST_UPLOAD = "50mb"
FONTS = ["system-ui", "Segoe UI", "Roboto", "Arial", "sans-serif"]  # of the system
OURS_ONLY = b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
LAST = {"trigger_mode": "always_last"}  # of many clicks at once, the last is drawn
CSS = """
#picture img { width: 100%; max-width: 512px; display: block; margin: 0 auto; }
#picture a { display: block; text-align: center; text-decoration: underline; }
.samples { display: flex; flex-wrap: wrap; gap: 4px; justify-content: center; }
.samples figure { margin: 0; flex: 0 1 calc(50% - 4px); max-width: 256px; }
.samples img { width: 100%; }
.samples figcaption { font-size: 0.8em; text-align: center; }
#others figure { flex-basis: calc(100% / 6 - 4px); min-width: 80px; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 12px; }
.legend span { display: inline-block; width: 1em; height: 1em; margin-right: 4px; }
.problem { color: #b00020; font-weight: bold; }
.dark .problem { color: #ff8080; }
:focus-visible { outline: 3px solid #2563eb !important; outline-offset: 1px; }
@media (max-width: 700px) {  /* the picture stays in sight while one clicks below it */
  #left { display: contents; }
  #picture { position: sticky; top: 0; z-index: 60; }
  #picture { background: var(--body-background-fill); }
  #picture img { width: auto; max-width: 100%; max-height: 40vh; }
}
"""


# Gradio confines the rules above to what lies inside of its container.
HEAD = "<style>.gradio-container { overflow: clip !important; }</style>"


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


def checked_seed(seed) -> int:
    if not isinstance(seed, int | float) or not 0 <= seed < 2**31:
        raise InputError(
            f"expected a number of a sample from 0 to {2**31 - 1:,}. Received: {seed!r}"
        )
    return int(seed)


def order_tab(drawer: Drawer):
    """Builds the part of the page on which recipes are drawn."""
    menu, reader = drawer.menu, Chosen(drawer.menu)
    with gr.Row():
        with gr.Column(min_width=300, elem_id="left"):
            picture = gr.HTML(elem_id="picture")
            says = gr.HTML(elem_id="says")
            with gr.Row():
                another = gr.Button("Another one", variant="primary", min_width=120)
                seed = gr.Number(
                    0,
                    label="Number of the sample",
                    precision=0,
                    minimum=0,
                    min_width=120,
                )
        with gr.Column(min_width=300):
            way = gr.Radio(WAYS, value="one", label="Draw")
            first = chooser(menu, 0, "Ingredients")
            with gr.Column(visible=False) as second_part:
                share = gr.Slider(
                    0, 1, 0.5, step=0.05, label="Way to the second recipe"
                )
                second = chooser(
                    menu, min(1, len(menu.rows) - 1), "Ingredients of the second recipe"
                )
    others = gr.HTML(elem_id="others")
    with gr.Row():
        look = gr.Radio(["sharp", "smooth"], value="sharp", label="Pixels")
        owners = gr.Checkbox(
            False, label="Show who lies where", visible=drawer.has_owners
        )
    command = gr.Textbox(
        label="The command that draws the same",
        interactive=False,
        lines=2,
        buttons=["copy"],
        elem_id="command",
    )

    def read(values):
        size = reader.size
        one, two = values[:size], values[size : 2 * size]
        kind, part, number, *rest = values[2 * size :]
        if kind == "one":
            return Choice(reader.order(one)), checked_seed(number), rest
        choice = Choice(
            reader.order(one), kind, reader.order(two), round(float(part), 4)
        )
        return choice, checked_seed(number), rest

    def draw(*values):
        try:
            choice, number, (how, show_owners) = read(values)
            drawn = drawer.draw(choice, number)
        except InputError as error:
            return [gr.skip(), html.problem(str(error)), gr.skip()]
        shown = owners_picture(drawn, menu) if show_owners else drawn.picture
        title = choice.title()
        file = f"{choice.plan().name}-seed-{number}.png"
        extra = html.legend(legend(drawn, menu)) if show_owners else ""
        how = "sharp" if show_owners else how
        image = html.picture(enlarge(shown, how), title, file)
        notes = html.notes([title, *choice.plan().notes])
        return [image, extra + notes, choice.command(drawer.run, number)]

    def draw_others(*values):
        try:
            choice, number, (how, show_owners) = read(values)
            drawn = [drawer.draw(choice, number + 1 + i) for i in range(OTHERS)]
        except InputError:  # it has been told below the picture
            return gr.skip()
        shown = [owners_picture(d, menu) if show_owners else d.picture for d in drawn]
        captions = [f"number {number + 1 + i}" for i in range(OTHERS)]
        return html.row([enlarge(p, how) for p in shown], captions)

    switches = [way, share, seed, look, owners]
    outputs = [picture, says, command]
    values = [*first.inputs, *second.inputs, *switches]
    follow(first, draw, [*second.inputs, *switches], outputs)

    def draw_second(*given):
        size = reader.size
        return draw(*given[size : 2 * size], *given[:size], *given[2 * size :])

    follow(second, draw_second, [*first.inputs, *switches], outputs)
    on(
        way.input,
        lambda *v: [
            gr.update(visible=v[2 * reader.size] != "one"),
            gr.update(visible=v[2 * reader.size] == "between"),
            *draw(*v),
        ],
        values,
        [second_part, share, *outputs],
    )
    for switch in (share, seed, look, owners):
        on(switch.input, draw, values, outputs)

    def step(*v):
        number = v[2 * reader.size + 2]
        number = number + 1 if isinstance(number, int | float) else 0
        changed = [*v[: 2 * reader.size + 2], number, *v[2 * reader.size + 3 :]]
        return [number, *draw(*changed)]

    on(another.click, step, values, [seed, *outputs])
    on(picture.change, draw_others, values, others)
    return draw, values, outputs


def photo_tab(drawer: Drawer):
    """Builds the part of the page on which a photo is changed."""
    menu, reader = drawer.menu, Chosen(drawer.menu)
    if not drawer.sampler.encoder:
        gr.Markdown("This run has no encoder. `cvae_gan.py` and `cvae.py` train one.")
        return
    gr.Markdown(
        "The photo is read and then deleted; only a small copy stays in memory while"
        " this page is open."
    )
    with gr.Row():
        with gr.Column(min_width=300):
            upload = gr.File(label="Photo of a pizza", type="filepath")
            photo = gr.State(None)
            pictures = gr.HTML(elem_id="changed")
            says = gr.HTML(elem_id="photo-says")
            command = gr.Textbox(
                label="The command that does the same",
                interactive=False,
                lines=2,
                buttons=["copy"],
            )
        with gr.Column(min_width=300):
            before = chooser(menu, 0, "What is on the photo")
        with gr.Column(min_width=300):
            after = chooser(menu, 0, "What shall be on it")
    outputs = [pictures, says, command]

    def change(*values):
        size = reader.size
        one, two, (sent,) = values[:size], values[size : 2 * size], values[2 * size :]
        if sent is None:
            return ["", html.notes(["Send a photo first."]), ""]
        pixels, name, found = sent
        try:
            orders = reader.order(one), reader.order(two)
            changed = drawer.change(pixels, *orders)
        except InputError as error:
            return [gr.skip(), html.problem(str(error)), gr.skip()]
        images = [enlarge(picture, "sharp") for picture in (pixels, changed)]
        captions = [f"before: {orders[0]}", f"after: {orders[1]}"]
        said = choices.photo_command(drawer.run, name, *orders)
        return [html.row(images, captions), html.notes([found] if found else []), said]

    def receive(path, *values):
        if not path:
            return [None, "", "", ""]
        try:
            pixels, found = read_upload(path, drawer.sampler.size)
        except InputError as error:
            return [None, "", html.problem(str(error)), ""]
        sent = pixels, Path(path).name, found
        return [sent, *change(*values, sent)]

    values = [*before.inputs, *after.inputs]
    on(upload.change, receive, [upload, *values], [photo, *outputs])
    follow(before, change, [*after.inputs, photo], outputs)

    def change_after(*given):
        size = reader.size
        return change(*given[size : 2 * size], *given[:size], *given[2 * size :])

    follow(after, change_after, [*before.inputs, photo], outputs)


def build(drawer: Drawer) -> gr.Blocks:
    """Builds the page.

    Args:
        drawer: draws what is chosen.
    """
    with gr.Blocks(
        title="Order a pizza", analytics_enabled=False, delete_cache=(600, 600)
    ) as page:
        gr.Markdown(f"# Order a pizza\nDrawn by `{drawer.run}`.")
        with gr.Tab("Recipe"):
            draw, values, outputs = order_tab(drawer)
        with gr.Tab("Your photo"):
            photo_tab(drawer)
        page.load(
            draw,
            values,
            outputs,
            show_progress="hidden",
            concurrency_id="draw",
            api_visibility="private",
        )
    return page


class OursOnly:
    """Tells browsers to ask no other host for anything.

    Args:
        app: the application that answers.
    """

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def send_with_policy(message):
            if message["type"] == "http.response.start":
                policy = (b"content-security-policy", OURS_ONLY)
                message["headers"] = [*message.get("headers", []), policy]
            await send(message)

        is_http = scope["type"] == "http"
        await self.app(scope, receive, send_with_policy if is_http else send)


def serve(drawer: Drawer, host: str, port: int, browser: bool, wait: bool = True):
    """Opens the page; returns when it is closed, or at once.

    Args:
        drawer: draws what is chosen.
        host: address to listen on.
        port: to listen on.
        browser: whether to open it in the browser.
        wait: whether to return only on Ctrl-C.

    Raises:
        InputError: the address is not of this machine, or the port is taken.
    """
    from starlette.middleware import Middleware

    first = choices.order_of(drawer.menu, choices.pizza(drawer.menu, 0).items())
    drawer.draw(Choice(first), 0)  # the first picture of a network takes long
    page = build(drawer)
    page.queue(default_concurrency_limit=1, api_open=False)
    try:
        page.launch(
            server_name=host,
            server_port=port,
            inbrowser=browser,
            prevent_thread_lock=True,
            share=False,
            quiet=True,
            ssr_mode=False,
            enable_monitoring=False,
            footer_links=[],
            max_file_size=LARGEST_UPLOAD,
            app_kwargs={"middleware": [Middleware(OursOnly)]},
            theme=gr.themes.Default(font=FONTS, font_mono=["monospace"]),
            css=CSS,
            head=HEAD,
        )
    except OSError as error:
        raise InputError(
            f"--host and --port: expected an address of this machine that is free."
            f" Received: {host}:{port}, {error}"
        ) from None
    print(f"open {page.local_url} (Ctrl-C ends it)", flush=True)
    if wait:
        page.block_thread()
    return page
