"""LaTeX mathematics as Typst: what is converted, what compiles, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import pikepdf
import pytest
import typst
from docutils.utils.math import MathError

from typstbook.mathematics import formula, mathml

if TYPE_CHECKING:
    from books import Built

FORMULAS = r"""
E = mc^2
a^2 + b^2 = c^2
x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
\sqrt[3]{1 + \sqrt{2}}
\sum_{i=1}^{n} i = \frac{n(n+1)}{2}
\prod_{k=0}^{\infty} \left(1 + \frac{1}{k^2}\right)
\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}
\oint_C \mathbf{F} \cdot d\mathbf{r}
\iint_D f(x, y)\,dx\,dy
\lim_{n \to \infty} \left(1 + \frac{1}{n}\right)^n = e
\max_{x \in X} f(x) \geq \min_{y} g(y)
\arg\max_\theta \log L(\theta)
\operatorname*{argmin}_{w} \|Xw - y\|_2^2
\nabla \times \mathbf{E} = -\frac{\partial \mathbf{B}}{\partial t}
\nabla \cdot \vec{E} = \frac{\rho}{\varepsilon_0}
i\hbar \frac{\partial}{\partial t} \Psi = \hat{H} \Psi
\begin{pmatrix} a & b \\ c & d \end{pmatrix}
\begin{bmatrix} 1 & 0 & \cdots & 0 \\ 0 & 1 & \cdots & 0 \\ \vdots & \vdots & \ddots & \vdots \\ 0 & 0 & \cdots & 1 \end{bmatrix}
\begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc
f(x) = \begin{cases} x^2 & \text{if } x \geq 0 \\ -x & \text{otherwise} \end{cases}
\begin{align} a &= b + c \\ d &= e - f \end{align}
\begin{split} (a+b)^2 &= a^2 + 2ab + b^2 \\ &= c \end{split}
\left\{ \begin{array}{rcl} x & = & 1 \\ y & = & 2 \end{array} \right.
\binom{n}{k} = \frac{n!}{k!(n-k)!}
\alpha, \beta, \gamma, \delta, \epsilon, \varepsilon, \zeta, \eta, \theta, \vartheta
\Gamma, \Delta, \Theta, \Lambda, \Xi, \Pi, \Sigma, \Phi, \Psi, \Omega
x \in \mathbb{R}^n, \mathcal{L}, \mathfrak{g}, \mathsf{T}, \mathtt{x}, \mathrm{kg}
A \cup B \cap C \subseteq D \setminus E \neq \emptyset
\forall x \exists y : x < y \land \neg (x = y) \lor z
a \equiv b \pmod{n}, \quad a \bmod n
p \Rightarrow q \Leftrightarrow \neg q \implies \neg p
\hat{x}, \bar{x}, \tilde{x}, \dot{x}, \ddot{x}, \vec{x}, \check{x}, \breve{x}
\overline{AB}, \underline{x+y}, \widehat{abc}, \widetilde{xyz}
\overbrace{a + b + c}^{n} + \underbrace{x + y}_{m}
\overset{!}{=} \underset{x}{\to} \stackrel{\text{def}}{=}
A \xrightarrow{f} B \xleftarrow[g]{h} C
\left\langle \psi \middle| \phi \right\rangle
\lfloor x \rfloor + \lceil y \rceil + |z| + \lVert w \rVert
\bigl( \Bigl( \biggl( \Biggl( x \Biggr) \biggr) \Bigr) \bigr)
f'(x) + f''(x) + g^{\prime}
x_1, x_{12}, x^{12}_{ij}, {}^{14}_{6}\mathrm{C}
\frac{1}{1 + \frac{1}{1 + \frac{1}{x}}}
\cfrac{1}{2 + \cfrac{1}{3 + \cfrac{1}{4}}}
\dfrac{a}{b} \neq \tfrac{a}{b}
\sin^2\theta + \cos^2\theta = 1, \tan x, \ln y, \exp(z)
\Pr(A \mid B) = \frac{\Pr(B \mid A)\Pr(A)}{\Pr(B)}
X \sim \mathcal{N}(\mu, \sigma^2)
\mathbb{E}[X] = \int_{-\infty}^{\infty} x f(x)\,dx
\boldsymbol{\beta} = (\mathbf{X}^\top \mathbf{X})^{-1} \mathbf{X}^\top \mathbf{y}
\bm{\mu} + \boldsymbol{\Sigma}
v_{\max} = \frac{V_\max [S]}{K_m + [S]}
50\,\%, \quad 10^{-6}\ \text{mol}\,\mathrm{L}^{-1}, \quad \pm 3\,\mu\text{g}
\text{speed} = \frac{\text{distance}}{\text{time}} \text{ for $t > 0$}
\boxed{x = y} \phantom{xx} z
a \ll b \lesssim c \approx d \cong e \propto f \perp g \parallel h
\partial_x u, \infty, \aleph_0, \ell, \Re z, \Im z, \wp, \hbar, \imath
\therefore a \because b, \angle ABC, \triangle, \square, \star, \dagger
\{ x \mid x > 0 \}, (a, b], [c; d)
\sum_{\substack{i<j \\ i \neq k}} a_{ij}
\color{red} x + \textcolor{blue}{y} = {\rm const} + \dots
\frac{1}{2
""".strip().splitlines()


@pytest.mark.parametrize(
    ("tex", "markup"),
    [
        (r"\frac{1}{2} x_i", "frac(1, 2) attach(x, b: i)"),
        (r"a^2 + b^2", r"attach(a, t: 2) \+ attach(b, t: 2)"),
        (r"\sqrt[3]{x}", "root(3, x)"),
        (r"\sin x", 'op("sin") x'),
        (r"\lim_{n} a", 'attach(op("lim", limits: #true), b: n) a'),
        (r"\hat{x}", "accent(x, hat)"),
        (r"\left( x \right)", r"lr(\( x \))"),
        (r"(x)", r"\( x \)"),
        (r"\mathbb{R}", "ℝ"),
        (r"\mathrm{d}", "upright(d)"),
        (r"\text{if } x", '"if\u00a0"x'),
        (r"70\text{ kg}", '70"\u00a0kg"'),
        (r"\bar\nu_e", "attach(accent(ν, macron), b: e)"),
        (r"\bar x_i^2", "attach(accent(x, macron), b: i, t: 2)"),
        (r"\overline{AB}_i", "attach(overline(A B), b: i)"),
        (r"\underline x^2", "attach(underline(x), t: 2)"),
        (r"\underline x^2_i", "attach(underline(x), b: i, t: 2)"),
        (r"\overbrace{x}_i", "attach(limits(overbrace(x)), b: i)"),
        (r"\underbrace{x}^2", "attach(limits(underbrace(x)), t: 2)"),
        (r"\big( x", "lr(\\(, size: #1.2em) x"),
        (r"\mathop{\mathrm{plim}}_n", 'attach(limits(op("plim"), inline: #false), b: n)'),
        (r"\mathop{\rm plim}_n", 'attach(limits(op("plim"), inline: #false), b: n)'),
        (
            r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
            r"lr(\( mat(delim: #none, a, b; c, d) \))",
        ),
        (r"f''", "attach(f, t: ′ ′)"),
        (r"\binom{n}{k}", "binom(n, k)"),
        (r"\binom{n}{}", 'binom(n, "")'),
        (r"a \hspace{-.5em} b", "a #h(-0.5em) b"),
        (r"a \hspace{2ex} b", "a #h(0.86em) b"),
        (r"a \hspace{2pc} b", "a #h(24pt) b"),
        (r"a \mspace{9mu} b", "a #h(0.5em) b"),
        (r"\textit{it's 5%} x", '"it\'s 5%"x'),
        ("\\text{two\nlines}", '"two lines"'),
        (r"\operatorname{arg\,max}_x", 'attach(op("arg\u202fmax"), b: x)'),
        (r'\operatorname{a"b}', r'op("a\"b")'),
        (r"\displaystyle \frac{1}{2}", "display(frac(1, 2))"),
        (r"\textstyle x", "inline(x)"),
        (r"{\scriptstyle x} y", "script(x) y"),
        (r"{\displaystyle} x", "x"),
        (
            r"\begin{matrix} \displaystyle a & b \end{matrix}",
            "mat(delim: #none, display(a), b)",
        ),
        (r"\tfrac{1}{2}", "inline(frac(1, 2))"),
        (r"\frac12x", "frac(1, 2) x"),
        (r"\tfrac 34 + \binom 52", r"inline(frac(3, 4)) \+ binom(5, 2)"),
        (r"a \bmod n", 'a class("binary", "mod") n'),
        (r"\operatorname*{argmin}", 'op("argmin")'),
        (r"\operatorname{}", ""),
        (r"\left\langle x \right|", r"lr(\⟨ x \|)"),
        (r"\left\lfloor x \right.", r"lr(\⌊ x)"),
        (r"\sin^2 x", 'attach(op("sin"), t: 2) x'),
        (r"\arg\max_\theta L", 'op("arg") attach(op("max", limits: #true), b: θ) L'),
        (r"\log_2 8", 'attach(op("log"), b: 2) 8'),
        (r"\max x", 'op("max", limits: #true) x'),
        (r"\overline{AB}", "overline(A B)"),
        (r"\underline{x}", "underline(x)"),
        (r"\widehat{abc}", "accent(a b c, hat)"),
        (r"\overbrace{a}^{n}", "attach(limits(overbrace(a)), t: n)"),
        (r"\underbrace{x}_{m}", "attach(limits(underbrace(x)), b: m)"),
        (r"\underbrace{x}", "underbrace(x)"),
        (r"\overset{!}{=}", 'class("relation", attach(limits(\\=), t: \\!))'),
        (r"\underset{x}{\to}", 'class("relation", attach(limits(→), b: x))'),
        (r"A \xrightarrow{f} B", 'A class("relation", attach(limits(stretch(⟶)), t: f)) B'),
        (r"\vec{E}", "accent(E, arrow)"),
        (r"\dot{x}", "accent(x, dot)"),
        (r"\bar{x}", "accent(x, macron)"),
        (r"\tilde{x}", "accent(x, tilde)"),
        (r"\sqrt{2}", "sqrt(2)"),
        (r"\mathbf{F}", "𝐅"),
        (r"\mathcal{L}", "ℒ"),
        (r"\alpha \Gamma \infty", "α Γ ∞"),
        (r"\int_0^1 x", "attach(∫, b: 0, t: 1) x"),
        (r"\sum_{i=1}^{n} i", "attach(∑, b: i \\= 1, t: n) i"),
        (r"a \pmod{n}", 'a #h(0.444em) \\( op("mod") #h(0.333em) n \\)'),
        (
            r"\begin{cases} a & b \\ c & d \end{cases}",
            "lr(\\{ mat(delim: #none, align: #left, a, b; c, d))",
        ),
        (r"a\,b\;c\quad d", "a #h(0.1667em) b #h(0.2778em) c #h(1em) d"),
        (r"\textcolor{red}{x}", "x"),
        ("x^2_1", "attach(x, b: 1, t: 2)"),
        ("-1.5", "− 1\\.5"),
        (r"\%", "\\%"),
        (r"\{ a \}", "\\{ a \\}"),
        (r"\bigl( x \bigr)", "lr(\\(, size: #1.2em) x lr(\\), size: #1.2em)"),
        (r"\not=", "≠"),
        (r"\boxed{x}", "#box(stroke: .5pt, inset: 3pt, outset: (y: 1pt), $x$)"),
        (r"\phantom{x}", "#hide[$x$]"),
        (r"\mathrm{kg}", 'op("kg")'),
        (r"\begin{smallmatrix} a & b \end{smallmatrix}", "script(mat(delim: #none, a, b))"),
        (r"\operatorname*{arg max}_x", 'attach(limits(op("arg max"), inline: #false), b: x)'),
    ],
)
def test_conversion(tex: str, markup: str) -> None:
    assert formula(tex) == markup


def within(name: str, body: str, options: str = "") -> str:
    """An environment of LaTeX."""
    return rf"\begin{{{name}}}{options} {body} \end{{{name}}}"


SUMS, LINES, CELLS = r"a &= b \\ c &= d", r"a \\ b", r"a & b \\ c & d"
ALIGNED, GATHERED = within("aligned", SUMS), within("aligned", LINES)
ALIKE = [
    ("a % words\n+ b", "a + b"),
    (r"5\,\% x % words", r"5\,\% x"),
    *((rf"a {mark} b", "a b") for mark in (r"\label{eq:one}", r"\tag*{1}", r"\tag{1}")),
    *((rf"a \{name} b", "a b") for name in ("nonumber", "notag", "hfill", "limits", "mathstrut")),
    (r"a \hline b", "a b"),
    *((within(name, SUMS), ALIGNED) for name in ("align", "align*", "split", "eqnarray")),
    *((within(name, LINES), GATHERED) for name in ("gather", "gathered", "multline", "multline*")),
    *((within(name, SUMS, "{2}"), ALIGNED) for name in ("alignat", "alignat*", "alignated")),
    (within("aligned", SUMS, "[t]"), ALIGNED),
    (within("array", CELLS, "{cc}"), within("matrix", CELLS)),
    (within("array", CELLS, "[t] {rl}"), within("array", CELLS, "{rl}")),
    (within("dcases", CELLS), within("cases", CELLS)),
    (within("rcases", CELLS), rf"\left. {within('matrix', CELLS)} \right\}}"),
    *(
        (within(name, "a + b"), "a + b")
        for name in ("equation", "equation*", "displaymath", "math")
    ),
    *((within("matrix", f"a {end} b"), within("matrix", LINES)) for end in (r"\cr", r"\\[2mm]")),
    (within("matrix", r"a \\ [-1ex] b"), within("matrix", LINES)),
    *((rf"{{\{name} kg}} x", rf"{{\math{name}{{kg}}}} x") for name in ("rm", "bf", "it", "cal")),
    (r"\color{red} x", "x"),
    *((rf"\{name}{{R}}", r"\mathbb{R}") for name in ("mathds", "mathbbm")),
    *((rf"\{name}{{x}}", r"\mathbfit{x}") for name in ("bm", "boldsymbol", "pmb")),
    *((rf"a \math{kind}{{+}} b", "a {+} b") for kind in ("rel", "bin", "ord", "open", "close")),
    (r"a \mathpunct{+} b", "a {+} b"),
    (r"\stackrel{!}{=}", r"\overset{!}{=}"),
    *((rf"a \{name} b", r"a \ldots b") for name in ("dots", "hdots")),
    (r"a \hspace*{1em} b", r"a \hspace{1em} b"),
    (rf"\sum_{{\substack{{{LINES}}}}} x", rf"\sum_{{{within('smallmatrix', LINES)}}} x"),
    *((rf"\{name} 12", rf"\{name}{{1}}{{2}}") for name in ("frac", "cfrac", "dbinom")),
    (r"\left( a \middle| b \right)", r"\left( a | b \right)"),
    ("f'''", r"f^{\prime\prime\prime}"),
    *((rf"\text{kind}{{a b}}", r"\text{a b}") for kind in ("bf", "sf", "tt", "normal")),
]
"""What LaTeX writes in one way, and docutils knows in another."""


@pytest.mark.parametrize(("tex", "known"), ALIKE)
def test_what_docutils_does_not_know_is_written_as_it_does(tex: str, known: str) -> None:
    assert formula(tex) == formula(known)


RULED = [
    (r"\hline a & b \\ \hline\hline c & d \\ \hline", "cc", "hline: (0, 1, 2,)", "a, b; c, d"),
    (CELLS, "|c||c|", "vline: (0, 1, 2,)", "a, b; c, d"),
    (r"a & b \\ \hline c & d", "c|c", "hline: (1,), vline: (1,)", "a, b; c, d"),
    (CELLS, "c|c|c|", "vline: (1, 2,)", "a, b; c, d"),
    (CELLS, "l@{}|r", "vline: (1,)", '& "" a, b &; & "" c, d &'),
    (CELLS, "*{2}c|", "vline: (2,)", "a, b; c, d"),
    (CELLS, "*{1}{c}|p{2cm}", "vline: (1,)", 'a, & "" b; c, & "" d'),
    (r"a \\ c & d", "l|r", "vline: (1,)", '& "" a, ""; & "" c, d &'),
]


@pytest.mark.parametrize(("body", "columns", "lines", "cells"), RULED)
def test_an_array_has_its_lines_and_columns(
    body: str, columns: str, lines: str, cells: str
) -> None:
    markup = formula(within("array", body, f"{{{columns}}}"))
    assert markup == f"mat(delim: #none, augment: #({lines}, stroke: .5pt), {cells})"
    typst.compile(f"$ {markup} $".encode(), format="pdf")


def test_an_array_within_another_has_its_own_lines() -> None:
    inner = within("array", r"1 \\ \hline 2", "{c}")
    lines = "augment: #(hline: (1,), stroke: .5pt), "
    outer = formula(within("pmatrix", rf"{inner} & x \\ y & z"))
    assert outer == f"lr(\\( mat(delim: #none, mat(delim: #none, {lines}1; 2), x; y, z) \\))"


def test_mathml_has_the_lines_between_rows_and_columns() -> None:
    made = mathml(within("array", r"\hline a & b \\ \hline c & d", "{l|r}"))
    told = 'columnalign="left right" columnlines="solid" rowlines="solid"'
    assert re.findall("<mtable ([^>]*)>", made) == [told]
    assert "lines" not in mathml(within("array", "a & b", "{cc}"))


@pytest.mark.parametrize("as_block", [True, False], ids=["display", "inline"])
def test_formulas_compile(as_block: bool) -> None:
    assert len(FORMULAS) >= 60
    lines = [f"$ {formula(tex, as_block)} $" for tex in FORMULAS]
    typst.compile("\n\n".join(lines).encode(), format="pdf")


def test_lines_in_braces_are_those_lines() -> None:
    for lines in (within("aligned", SUMS), within("aligned", within("aligned", SUMS))):
        assert formula(f"{{{lines}}}", as_block=True) == formula(ALIGNED, as_block=True)
        assert formula(ALIGNED, as_block=True) == r"a & \= b \ c & \= d"
    assert formula(f"x {{{ALIGNED}}}", as_block=True) == f"x {formula(ALIGNED)}"


def test_a_script_stands_beside_a_letter_with_an_accent_on_the_web_too() -> None:
    plain = re.sub(r"\s+", "", mathml(r"\bar x_i"))
    bar = '<moveraccent="true"><mi>x</mi><mostretchy="false">ˉ</mo></mover>'
    assert plain.endswith(f"<msub>{bar}<mi>i</mi></msub></math>")


def test_lines_are_aligned_at_marks() -> None:
    assert formula(r"a &= b \\ c &= d", as_block=True) == r"a & \= b \ c & \= d"
    assert formula("a = b\n\nc = d", as_block=True) == r"a \= b \ c \= d"


@pytest.mark.parametrize(
    "tex",
    [
        r"\unknown{x}",
        r"a & b",
        r"\frac{1}",
        "ÿ⌘",
        r"{\frac{1}}",
        r"\frac{",
        r"\binom{",
        r"\hat}",
        r"\mspace{mu}",
        r"\hspace",
        r"\hspace{}",
        r"\hspace{3}",
        r"\hspace{1.2.3em}",
        r"\hspace{1 em}",
        r"\hspace{1bp}",
        r"\hspace{\textwidth}",
        r"\int\nolimits",
        "'",
    ],
)
def test_what_cannot_be_converted_is_refused(tex: str) -> None:
    with pytest.raises(MathError):
        formula(tex)


@pytest.mark.parametrize("tex", FORMULAS)
def test_what_is_cut_off_compiles_or_is_refused(tex: str) -> None:
    parts = re.findall(r"\\[a-zA-Z]+\*?|\\.|.", tex)
    made = []
    for end in range(len(parts)):
        with suppress(MathError):
            made.append(f"$ {formula(''.join(parts[:end]))} $")
    typst.compile("\n\n".join(made).encode(), format="pdf")


def test_formulas_are_told_by_their_source(build_text: Callable[..., Built]) -> None:
    page = (
        "# Title\n\nText {math}`a^2`.\n\n```{math}\n:label: one\nb^2 = c\n```\n\nSee {eq}`one`.\n"
    )
    built = build_text({"index.md": page})
    assert built.warnings == ""
    assert "(1) See (1)." in built.text
    kinds = (pikepdf.Dictionary, pikepdf.Stream)
    found = {
        str(each.Alt) for each in built.pdf.objects if isinstance(each, kinds) and "/Alt" in each
    }
    assert found == {"a^2", "b^2 = c"}


def test_a_wide_formula_stays_on_the_page(build_text: Callable[..., Built]) -> None:
    page = "# Title\n\n```{math}\n" + " + ".join(["abcdefgh"] * 30) + "\n```\n"
    built = build_text({"index.md": page})
    text = built.document[len(built.document) - 1].get_textpage()
    assert max(text.get_charbox(index)[2] for index in range(text.count_chars())) < 505
