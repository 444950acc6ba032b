#!/usr/bin/env python3
"""Draws terminal output as SVG: `runsheet … --color always | book/recording.py 'command' > x.svg`.

Reads text with SGR colours from standard input; the arguments are shown as the commands that
were typed, each above its part of the input (parts are separated by a form feed).
"""
import html
import re
import sys

COLOURS = {
    30: "#1c2128", 31: "#ff7b72", 32: "#7ee787", 33: "#f2cc60",
    34: "#79c0ff", 35: "#d2a8ff", 36: "#56d4dd", 37: "#c9d1d9",
    90: "#8b949e", 91: "#ffa198", 92: "#aff5b4", 93: "#f8e3a1",
    94: "#a5d6ff", 95: "#e2c5ff", 96: "#b3f0ff", 97: "#ffffff",
}
WIDTH, HEIGHT, MARGIN = 7.83, 18, 16
SGR = re.compile(r"\x1b\[([0-9;]*)m")


def spans(line, state):
    """The line as SVG spans; `state` carries the style from line to line."""
    out, at = [], 0
    for found in list(SGR.finditer(line)) + [None]:
        text = line[at : found.start() if found else len(line)]
        if text:
            style = f'fill="{state["fill"]}"' if state["fill"] else ""
            style += ' font-weight="bold"' if state["bold"] else ""
            style += ' opacity="0.65"' if state["dim"] else ""
            out.append(f"<tspan {style}>{html.escape(text)}</tspan>" if style else html.escape(text))
        if found:
            at = found.end()
            for code in map(int, (found[1] or "0").split(";")):
                if code == 0:
                    state.update(fill=None, bold=False, dim=False)
                elif code in (1, 2):
                    state["bold" if code == 1 else "dim"] = True
                elif code == 22:
                    state.update(bold=False, dim=False)
                elif code == 39:
                    state["fill"] = None
                elif code in COLOURS:
                    state["fill"] = COLOURS[code]
    return "".join(out)


def main():
    lines, state = [], {"fill": None, "bold": False, "dim": False}
    for command, part in zip(sys.argv[1:], sys.stdin.read().split("\f")):
        lines.append(f'<tspan fill="#8b949e">$ </tspan>{html.escape(command)}')
        lines += [spans(line, state) for line in part.strip("\n").split("\n")] + [""]
    lines.pop()
    columns = max(len(html.unescape(re.sub("<[^>]*>", "", line))) for line in lines)
    width, height = round(columns * WIDTH) + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">')
    print(f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>')
    print('<g font-family="ui-monospace,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" '
          'font-size="13" fill="#c9d1d9" xml:space="preserve">')
    for number, line in enumerate(lines, 1):
        print(f'<text x="{MARGIN}" y="{MARGIN + number * HEIGHT - 5}">{line}</text>')
    print("</g>\n</svg>")


main()
