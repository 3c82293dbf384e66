"""Opens the page: how it looks, and who may be asked for what."""

import threading

import gradio as gr

from ordering import choices
from ordering.choices import Choice
from ordering.drawing import Drawer
from ordering.page import build

LARGEST_UPLOAD = "50mb"
FONTS = ["system-ui", "Segoe UI", "Roboto", "Arial", "sans-serif"]  # of the system
OURS_ONLY = b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
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
.problem { color: #b00020; font-weight: bold; overflow-wrap: anywhere; }
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

    Returns:
        The page, to be closed by those who do not wait.
    """
    from starlette.middleware import Middleware

    first = choices.order_of(drawer.menu, choices.pizza(drawer.menu, 0).items())
    drawer.draw(Choice(first), 0)  # the first picture of a network takes long
    threading.Thread(target=drawer.prepare, daemon=True).start()
    page = build(drawer)
    page.queue(default_concurrency_limit=1, api_open=False)
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
    print(f"open {page.local_url} (Ctrl-C ends it)", flush=True)
    if wait:
        page.block_thread()
    return page
