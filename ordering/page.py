"""The page of `order.py`: buttons, events and looks, made with Gradio.

What is drawn and said is decided in `choices` and `drawing`.
"""

from pathlib import Path

import gradio as gr

from ordering import choices, html
from ordering.choices import WAYS, Choice
from ordering.chooser import Chosen, chooser, chosen, follow, on, updates
from ordering.drawing import Drawer, enlarge, legend, read_upload, show
from utils import InputError

OTHERS = 6  # samples beside the picture


def checked_seed(seed) -> int:
    if not isinstance(seed, int | float) or not 0 <= seed < 2**31:
        raise InputError(
            f"expected a sample number from 0 to {2**31 - 1:,}. Received: {seed!r}"
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
                    0, label="Sample number", precision=0, minimum=0, min_width=120
                )
        with gr.Column(min_width=300):
            ways = [
                (label, kind)
                for kind, label in WAYS.items()
                if kind != "half" or drawer.has_owners
            ]
            way = gr.Radio(ways, value="one", label="Draw")
            first = chooser(menu, 0, "Ingredients")
            with gr.Column(visible=False) as second_part:
                share = gr.Slider(
                    0,
                    1,
                    0.5,
                    step=0.05,
                    label="How far to the second recipe: 0 is the first, 1 the second",
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
        title, plan = choice.title(), choice.plan()
        file = f"{plan.name}-seed-{number}{'-owners' if show_owners else ''}.png"
        image = html.picture(show(drawn, menu, how, show_owners), title, file)
        news = html.news(f"Sample {number}: {title}")
        extra = html.legend(legend(drawn, menu)) if show_owners else ""
        said = news + extra + html.notes(plan.notes)
        return [image, said, choice.command(drawer.run, number)]

    def draw_others(said, *values):
        try:
            choice, number, (how, show_owners) = read(values)
            drawn = [drawer.draw(choice, number + 1 + i) for i in range(OTHERS)]
        except InputError:  # it has been told below the picture
            return [gr.skip()] * len(after)
        images = [show(d, menu, how, show_owners) for d in drawn]
        captions = [f"number {number + 1 + i}" for i in range(OTHERS)]
        row = html.row(images, captions)
        if said == choice.command(drawer.run, number):
            return [row, *[gr.skip()] * (len(after) - 1)]
        # Of many clicks at once one may have been answered after the last.
        looks = []
        for codes, (known, _), *_ in (values[: reader.size], values[reader.size :]):
            amounts = chosen(known, codes)
            looks += [(known | amounts, list(amounts)), *updates(menu, amounts)]
        return [row, *draw(*values), *looks]

    switches = [way, share, seed, look, owners]
    outputs = [picture, says, command]
    values = [*first.parts, *second.parts, *switches]
    follow(first, draw, [*second.parts, *switches], outputs)

    def draw_second(*given):
        size = reader.size
        return draw(*given[size : 2 * size], *given[:size], *given[2 * size :])

    follow(second, draw_second, [*first.parts, *switches], outputs)
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
    after = [others, *outputs, *first.parts[1:], *second.parts[1:]]
    on(picture.change, draw_others, [command, *values], after)
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
            before = chooser(menu, 0, "What is on the photo", surprise=False)
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

    values = [*before.parts, *after.parts]
    on(upload.change, receive, [upload, *values], [photo, *outputs])
    follow(before, change, [*after.parts, photo], outputs)

    def change_after(*given):
        size = reader.size
        return change(*given[size : 2 * size], *given[:size], *given[2 * size :])

    follow(after, change_after, [*before.parts, photo], outputs)


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
