r"""What the dialect's mathematics holds: what both the website and the PDF show as TeX would.

The README lists it, and tests set all of it in both formats. A sign must be in the fonts of both; a
construct is given by formulas that use it: what is in them belongs to the dialect. Two spaces or a
new line stand between formulas.
"""

import re

SIGNS = {
    "Greek letters": r"""
        \alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \iota \kappa
        \lambda \mu \nu \xi \pi \varpi \rho \varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi
        \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega""",
    "Operations": r"""
        \pm \mp \times \div \cdot \ast \star \circ \bullet \oplus \ominus \otimes \oslash \odot \cap
        \cup \setminus \vee \wedge \lor \land \diamond \dagger \ddagger""",
    "Relations": r"""
        \leq \le \geq \ge \leqslant \geqslant \neq \ne \ll \gg \sim \simeq \approx \cong \equiv
        \propto \asymp \doteq \triangleq \coloneqq \colon \prec \succ \preceq \succeq \subset
        \supset \subseteq \supseteq \in \ni \notin \mid \nmid \parallel \nparallel \perp""",
    "Arrows": r"""
        \to \gets \rightarrow \leftarrow \leftrightarrow \Rightarrow \Leftarrow \Leftrightarrow
        \longrightarrow \longleftarrow \longleftrightarrow \Longrightarrow \Longleftarrow
        \Longleftrightarrow \implies \impliedby \iff \mapsto \longmapsto \uparrow \downarrow
        \updownarrow \Uparrow \Downarrow""",
    "Functions": r"""
        \log \ln \lg \exp \sin \cos \tan \cot \sec \csc \sinh \cosh \tanh \coth \arcsin \arccos
        \arctan \det \dim \ker \deg \gcd \hom \arg \Pr \max \min \sup \inf \lim \limsup \liminf""",
    "Other signs": r"""
        \infty \partial \nabla \ell \imath \jmath \Re \emptyset \varnothing \forall \exists \nexists
        \neg \lnot \top \bot \complement \ldots \dots \cdots \vdots \ddots \% \$ \# \& \_""",
    "Spaces": r"\, \: \; \! \quad \qquad ~",
}
CONSTRUCTS = {
    "Scripts": r"x_i^2  x'_{i,j}  x^\prime  {}_n C_k  x_{\text{max}}  \sigma_{\alpha}^{2}",
    "Accents": r"""
        \hat{x}  \bar{x}  \tilde{x}  \vec{x}  \dot{x}  \ddot{x}  \check{x}  \acute{x}  \grave{x}
        \breve{x}  \mathring{x}  \widehat{p(y)}  \widetilde{x}  \bar{xy}  \overline{x + y}
        \underline{x}  \overrightarrow{AB}  \overbrace{x + y}^{n}  \underbrace{x + y}_{n}""",
    "Above and below": r"""
        \overset{a}{b}  \underset{a}{b}  y \stackrel{\text{iid}}{\sim} x
        x \xrightarrow{d} y  x \xleftarrow[n]{d} y""",
    "Fractions and roots": r"""
        \frac{a}{b}  \dfrac{a}{b}  \tfrac{a}{b}  \binom{n}{k}  \sqrt{x}  \sqrt[3]{x}""",
    "Operators": r"""
        \sum_{i=1}^n x_i  \prod_{i=1}^n x_i  \coprod_i x_i  \int_0^1 x\,dx  \iint x  \iiint x
        \oint x  \bigcup_i A_i  \bigcap_i A_i  \bigvee_i A_i  \bigwedge_i A_i  \int\limits_0^1 x
        \sum\nolimits_i x_i  \sum_{\substack{i < n \\ j < m}} x_{ij}  \operatorname{logit} p
        \operatorname*{arg\,max}_x f  a \bmod b  a \pmod{n}""",
    "Brackets": r"""
        \left( \frac{a}{b} \right)  \left[ \frac{a}{b} \right]  \left\{ \frac{a}{b} \right\}
        \left| \frac{a}{b} \right|  \left\| \frac{a}{b} \right\|  \left. \frac{a}{b} \right|_{x=0}
        \left( x \,\middle|\, \frac{y}{2} \right)  \langle x, y \rangle  \lfloor x \rfloor
        \lceil x \rceil  \lvert x \rvert  \lVert x \rVert  \vert x \vert  \Vert x \Vert
        \lbrace x \rbrace  \lbrack x \rbrack  \big( x \big)  \Big( x \Big)  \bigg( x \bigg)
        \Bigg( x \Bigg)  \bigl( x_i \bigr)  \Bigl( x_i \Bigr)  \biggl( x_i \biggr)
        \Biggl( x_i \Biggr)""",
    "Tables": r"""
        \begin{matrix} a & b \\ c & d \end{matrix}  \begin{pmatrix} a & b \\ c & d \end{pmatrix}
        \begin{bmatrix} a & b \\ c & d \end{bmatrix}  \begin{Bmatrix} a & b \\ c & d \end{Bmatrix}
        \begin{vmatrix} a & b \\ c & d \end{vmatrix}  \begin{Vmatrix} a & b \\ c & d \end{Vmatrix}
        \left(\begin{smallmatrix} a & b \\ c & d \end{smallmatrix}\right)
        \begin{array}{lcr} a & b & c \\ dd & ee & ff \end{array}
        f = \begin{cases} a & \text{if } b, \\ c & \text{otherwise} \end{cases}""",
    "Lines": r"""
        \begin{aligned} a &= b \\ c &= d \end{aligned}  \begin{split} a &= b \\ c &= d \end{split}
        \begin{align} a &= b \\ c &= d \end{align}  \begin{align*} a &= b \\ c &= d \end{align*}
        \begin{gathered} a = b \\ c = d \end{gathered}  \begin{gather} a = b \\ c = d \end{gather}
        \begin{gather*} a = b \\ c = d \end{gather*}""",
    "Letters and words": r"""
        \text{words with $x$ inside}  \textbf{words}  \textit{words}  \textrm{words}
        \textsf{words}  \mbox{words}  \mathrm{Normal}  \mathit{word}  \mathsf{x}  \mathbf{x}
        \boldsymbol{\beta}  \bm{\beta}  \mathcal{N}  \mathscr{L}  \mathbb{R}""",
}
# What may stand in a formula as it is, beside what is in ASCII.
CHARACTERS = (
    "ΓΔΘΛΞΠΣΥΦΨΩαβγδεζηθικλμνξπρςστυφχψωϑϕϖϱϵℓℝℕℤℚ"
    "±×·÷…′∀∂∃∅∇∈∉∋∏∑−∘∝∞∣∥∧∨∩∪∫∼≃≅≈≠≡≤≥≪≫⊂⊃⊆⊇⊤⊥⋅→←↔⇒⇐⇔↦"
)
# What to write instead of what authors may try.
REMEDIES = {
    r"\newcommand \renewcommand \def \let \DeclareMathOperator": "there are no macros",
    r"\tag \tag* \notag \nonumber \label": "write `$$…$$ {#eq-…}` to number a formula",
    r"\ref \eqref": "refer to an equation in the text, as @eq-…",
    r"\cite \footnote \href \url": "write it in the text",
    r"\color \textcolor \colorbox": "formulas have one colour; say in words what is meant",
    r"\boxed \fbox": "put the formula into a callout",
    r"\cancel \bcancel \xcancel \sout": "write the step as a line of its own",
    r"\displaystyle \textstyle \scriptstyle": r"write `$$…$$`, or \dfrac or \tfrac",
    r"\not": r"write \neq, \notin, \nmid or \nparallel",
    r"\bigm \Bigm \biggm \Biggm": r"write \mid, or \middle between \left and \right",
    r"\mathop \mathrel \mathbin \mathord": r"write \operatorname{…}, or a sign that is one",
    r"\mathfrak \mathtt \texttt": r"the fonts lack these letters; use \mathcal or \mathsf",
    r"\dbinom \tbinom \choose \atop \genfrac": r"write \binom{n}{k}",
    r"\over \cfrac \nicefrac": r"write \frac{a}{b}",
    r"\bf \it \rm \cal \sf": r"write \mathbf{…}, \mathrm{…} and so on",
    r"\hspace \hspace* \mspace \kern \mkern \hskip \vspace": r"write \, or \quad",
    r"\hline \cline \multicolumn": "write a Markdown table",
    r"\phantom \hphantom \vphantom \smash": "align lines with & instead",
    "equation equation*": "write `$$…$$ {#eq-…}`",
    "eqnarray eqnarray* alignat alignat* alignedat": "write aligned",
    "flalign flalign* multline multline*": "write aligned or gathered",
    "dcases rcases": "write cases",
}


def formulas(text: str) -> list[str]:
    """Split what stands in `CONSTRUCTS` into its formulas."""
    return re.split(r"\s*\n\s*|  +", text.strip())
