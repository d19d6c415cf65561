"""The chat page: Gradio components, and which handler fills which of them when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from palate.agent.speaking.phrases import Phrases
from palate.domain import GUEST
from palate.ui.templates import render
from palate.ui.transcript import Transcript

if TYPE_CHECKING:
    import gradio as gr

    from palate.app import Palate

_HERE = Path(__file__).parent
_AT_ONCE = 8
"""Turns that are answered at the same time; more wait in the queue."""
# In another page's frame a browser may keep nothing, and throws.
_REMEMBER = "token => { try { sessionStorage.setItem('palate', token); } catch {} }"
_RECALL = "() => { try { return [sessionStorage.getItem('palate') || '']; } catch { return ['']; } }"
_PLAIN: dict[str, Any] = {"apply_default_css": False, "js_on_load": None}
_NOW: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
"""An event that is answered at once, beside the queue."""
_TURN: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "concurrency_limit": _AT_ONCE,
    "concurrency_id": "turn",
    "trigger_mode": "multiple",
}


def looks() -> dict[str, Any]:
    """Return theme, head and icon as `mount_gradio_app` takes them; system fonts, nothing from elsewhere.

    The style goes into the head because Gradio puts its own container before every selector of `css`, and ours also
    speak of what stands around that container.
    """
    import gradio as gr  # noqa: PLC0415

    style = (_HERE / "page.css").read_text(encoding="utf-8")
    sans = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "sans-serif")
    return {
        "theme": gr.themes.Base(font=sans, font_mono=("ui-monospace", "monospace")),
        "head": f'<meta name="color-scheme" content="light dark"><style>{style}</style><script>{framed()}</script>',
        "favicon_path": str(_HERE / "favicon.svg"),
    }


def framed() -> str:
    """What the page says to a page that has it in a frame."""
    return (_HERE / "frame.js").read_text(encoding="utf-8")


def build(palate: Palate, *, personal: bool = False) -> gr.Blocks:
    """Return the page over `palate`. Two tabs share nothing but `palate` itself.

    `personal`: whoever is here has signed in; nobody chooses whom to be.
    """
    import gradio as gr  # noqa: PLC0415

    from palate.ui.handlers import BUSY_POLL, Handlers, offered  # noqa: PLC0415

    handlers = Handlers(palate, personal=personal)
    phrases = Phrases(palate.catalogue.schema)
    page = gr.Blocks(title="palate", analytics_enabled=False, fill_width=True)
    with page:
        transcript = gr.State(Transcript())
        shown = gr.State(None)
        tab = gr.Textbox(visible="hidden")
        timer = gr.Timer(BUSY_POLL)
        with gr.Row(elem_id="top"):
            gr.HTML(render("brand.html"), elem_id="brand", **_PLAIN)
            viewers = [(user.name, user.id) for user in offered(palate)]
            viewer = (
                gr.HTML(elem_id="person", **_PLAIN)
                if personal
                else gr.Radio(
                    viewers,
                    value=GUEST,
                    label=phrases.say("page_viewer", "en"),
                    elem_id="viewers",
                    container=False,
                    visible=len(viewers) > 1,
                )
            )
            fresh = gr.Button(phrases.say("page_fresh", "en"), elem_id="fresh", size="sm")
            lights = gr.HTML(elem_id="lights", **_PLAIN)
        viewer_line = gr.HTML(elem_id="viewer", **_PLAIN)
        # `${value}` puts the value in as it is, escaped by our templates. Never use Handlebars' {{value}} here:
        # Gradio runs its result as a JavaScript template again, so that a person's "${...}" would be executed.
        talk = gr.HTML(
            [],
            html_template="${(value || []).join('')}",
            js_on_load=(_HERE / "page.js").read_text(encoding="utf-8"),
            elem_id="talk",
            apply_default_css=False,
        )
        with gr.Column(elem_id="composer"):
            panel = gr.HTML(
                elem_id="panel",
                apply_default_css=False,
                js_on_load=(_HERE / "panel.js").read_text(encoding="utf-8"),
            )
            box = gr.Textbox(
                show_label=False,
                label=phrases.say("page_message", "en"),
                placeholder=phrases.say("page_placeholder", "en"),
                max_lines=6,
                submit_btn=True,
                autofocus=True,
                elem_id="box",
                container=False,
            )
            hint = gr.HTML(elem_id="hint", **_PLAIN)

        drawn = [talk, panel]
        answer = [*drawn, box, hint, tab]
        for said in (
            box.submit(handlers.say, [box, tab, transcript], answer, **_TURN),
            talk.example(handlers.say_example, [tab, transcript], answer, **_TURN),
            panel.example(handlers.say_example, [tab, transcript], answer, **_TURN),
        ):
            said.failure(handlers.broken, [transcript], [*drawn, hint], **_NOW)
        talk.react(handlers.react, [transcript], [*drawn, hint], trigger_mode="multiple", **_NOW)
        talk.look(handlers.opened, [transcript], None, trigger_mode="multiple", **_NOW)
        panel.edit(handlers.edit, [transcript], [*drawn, hint], trigger_mode="multiple", **_NOW)
        begun = [*drawn, viewer_line, hint, tab]
        if not personal:
            viewer.input(handlers.switch, [viewer, transcript], begun, **_NOW)
        fresh.click(handlers.afresh, [transcript], begun, **_NOW)
        tab.change(None, [tab], None, js=_REMEMBER)
        banner = [lights, shown, timer]
        arrived = [*drawn, viewer_line, viewer, tab, box, fresh, *banner]
        page.load(handlers.arrive, [tab, transcript], arrived, js=_RECALL, **_NOW)
        timer.tick(handlers.look, [shown, transcript], banner, **_NOW)
    page.queue(default_concurrency_limit=None, api_open=False)
    return page
