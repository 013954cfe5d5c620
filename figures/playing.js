// What the figures to play with share: their place over the static figure, sliders, live text, axes. Each figure is a
// script of its own beside this one, and calls `Playing.start`. The press brings both to the pages (see its README).
const Playing = (() => {
  const SVG = 'http://www.w3.org/2000/svg'
  const QUIET = 300 // milliseconds without a change, after which what changed is read out

  // Colours are those of the static figures, in the dark as the pages' filter turns them.
  const STYLE = `
.in-play {
  --complete: light-dark(#b25200, #f69e53); --none: light-dark(#1f45b5, #a2c5ff);
  --partial: light-dark(#007d5e, #53c6aa); --linked: light-dark(#8b2fa8, #f9a5ff);
  --faint: light-dark(#d0d7de, #3a4047);
  display: flex; flex-direction: column; gap: .4rem; color: var(--ink); font: .85rem/1.35 var(--sans);
}
.in-play .controls { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
  gap: .1rem 1.2rem; }
.in-play .slider { display: grid; grid-template-columns: 1fr auto; align-items: center; column-gap: .6rem; }
.in-play .slider input { grid-column: 1 / -1; }
.in-play input[type=range] { width: 100%; height: 28px; margin: 0; accent-color: var(--accent); cursor: pointer; }
/* Firefox's own slider is as bright on a dark page as on a light one. */
@supports selector(::-moz-range-track) { @media (forced-colors: none) {
  .in-play input[type=range] { appearance: none; background: none; }
  .in-play ::-moz-range-track { height: 4px; border-radius: 2px; background: var(--edge); }
  .in-play ::-moz-range-progress { height: 6px; border-radius: 3px; background: var(--accent); }
  .in-play ::-moz-range-thumb { width: 16px; height: 16px; border: 0; border-radius: 50%; background: var(--accent); }
} }
.in-play .value { font-variant-numeric: tabular-nums; white-space: nowrap; }
.in-play :is(button, select) {
  min-height: 28px; padding: .1rem .6rem; border: 1px solid var(--edge); border-radius: 5px;
  background: var(--paper); color: var(--ink); font: inherit; cursor: pointer;
}
.in-play :is(button, select):hover { border-color: var(--accent); }
.in-play [aria-pressed=true] { border-color: var(--accent); background: var(--accent-shade); font-weight: 600; }
.in-play .row { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .6rem; margin: 0; }
.in-play .foot { display: grid; grid-template-columns: 1fr auto; align-items: start; gap: .8rem; }
.in-play .legend { gap: .1rem 1rem; }
.in-play .legend i { display: inline-block; width: 1.1em; height: 3px; margin: 0 .4em .25em 0; }
.in-play i.complete { background: var(--complete); }
.in-play i.none { background: var(--none); }
.in-play i.partial { background: var(--partial); }
.in-play .says { margin: 0; min-height: 2.7em; text-wrap: pretty; }
.in-play .heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.in-play .plot { position: relative; flex: 1 1 auto; min-height: 12rem; }
.in-play svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.in-play svg text { fill: var(--ink); font: 12px var(--sans); }
.in-play svg .letter { font-style: italic; }
.in-play svg .quiet { fill: var(--quiet); }
.in-play svg .axis { stroke: var(--edge); }
.in-play svg .grid { stroke: var(--line); }
.in-play svg .rule { stroke: var(--ink); }
.in-play svg .band { fill: var(--faint); stroke: none; }
.in-play svg :is(path, line) { fill: none; stroke-width: 1.5; }
.in-play svg .thin { stroke-width: 1; }
.in-play svg .thick { stroke-width: 3; }
.in-play svg .dashed { stroke-dasharray: 5 4; }
.in-play svg .dotted { stroke-dasharray: 2 3; }
.in-play svg :is(path, line).complete { stroke: var(--complete); }
.in-play svg :is(path, line).none { stroke: var(--none); }
.in-play svg :is(path, line).partial { stroke: var(--partial); }
.in-play svg :is(path, line).linked { stroke: var(--linked); }
.in-play svg :is(circle, rect, text, polygon).complete { fill: var(--complete); }
.in-play svg :is(circle, rect, text, polygon).none { fill: var(--none); }
.in-play svg :is(circle, rect, text, polygon).partial { fill: var(--partial); }
.in-play svg circle.linked { fill: var(--linked); }
.in-play svg .ink { fill: var(--ink); }
.in-play svg .bold { font-weight: 700; }
.in-play svg .other { fill: var(--edge); fill-opacity: .55; }
.in-play svg .ring { fill: none; stroke: var(--ink); stroke-width: 2; }
.in-play table { width: 100%; margin: 0; font-size: .85rem; }
.in-play :is(th, td) { padding: .15rem .4rem .15rem 0; }
.in-play th:is(.complete, .none, .partial) { font-weight: 600; }
.in-play th.complete { color: var(--complete); }
.in-play th.none { color: var(--none); }
.in-play th.partial { color: var(--partial); }
.in-play thead th { text-align: left; }
.in-play :is(.number, thead th + th) { text-align: right; }
.in-play .warned { color: var(--danger); font-weight: 600; }
.in-play svg .faded { opacity: .6; }
.in-play svg .filled { fill: var(--faint); stroke: none; }
.in-play svg .held { cursor: grab; touch-action: none; }
.in-play svg .hit { fill: var(--accent); fill-opacity: .18; stroke: var(--accent); }
.in-play svg .chosen { cursor: pointer; }
.in-play .plot.low { flex: none; min-height: 0; height: 4.2rem; }
.in-play .tick { min-height: 28px; cursor: pointer; }
.in-play .tick input { width: 1.1rem; height: 1.1rem; margin: 0; accent-color: var(--accent); }
@media (forced-colors: active) { .in-play svg { forced-color-adjust: none; background: var(--paper); } }`

  const put = (made, attributes, inside) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== false) made.setAttribute(name, value)
    }
    made.append(...inside.flat(Infinity).filter(part => part !== null && part !== undefined && part !== false))
    return made
  }
  const element = (name, attributes = {}, ...inside) => put(document.createElement(name), attributes, inside)
  const shape = (name, attributes = {}, ...inside) => put(document.createElementNS(SVG, name), attributes, inside)

  // Words have letters of formulas between asterisks. Shown they are in italics, in text and in drawings; `spoken` is
  // what is read out.
  const spoken = words => words.replaceAll('*', '')
  const inItalics = letter => words => words.split('*').map((part, k) => k % 2 ? letter(part) : part)
  const shownWords = inItalics(part => element('i', {}, part))
  const drawnWords = inItalics(part => shape('tspan', { class: 'letter' }, part))

  const style = element('style', {}, STYLE)

  // Put what `build` makes in the place of each static figure that names the script. `build` gets the numbers and the
  // stage to fill.
  function start(script, build) {
    for (const source of document.querySelectorAll(`template.numbers[data-plays$="${script}"]`)) {
      const picture = source.parentElement.querySelector('.picture')
      if (!picture) continue
      document.head.append(style)
      const stage = element('div', { class: 'in-play', role: 'group' })
      build(JSON.parse(source.content.textContent), stage)
      picture.append(stage)
    }
  }

  // A drawing that follows the size of its place; while that has none, as in a closed box, there is nothing to draw.
  function drawing(plot, draw) {
    const again = () => { if (plot.width) draw() }
    new ResizeObserver(again).observe(plot.box)
    return again
  }

  // A native slider: keys and touch come with it. `say` turns its value into words.
  function slider({ label, min, max, step, value, say }, changed) {
    const input = element('input', { type: 'range', min, max, step, value })
    const shown = element('span', { class: 'value', 'aria-hidden': 'true' })
    const tell = () => {
      const said = say(Number(input.value))
      shown.replaceChildren(...shownWords(said))
      input.setAttribute('aria-valuetext', spoken(said))
    }
    input.addEventListener('input', () => { tell(); changed() })
    tell()
    const parts = [label].flat().map(each => typeof each === 'string' ? shownWords(each) : each)
    return {
      box: element('label', { class: 'slider' }, element('span', {}, parts), shown, input),
      input,
      get value() { return Number(input.value) },
      set value(to) { input.value = to; tell() },
      reset() { input.value = value; tell() },
    }
  }

  // What the colours stand for.
  const legend = entries => element('p', { class: 'row legend' }, Object.entries(entries).map(
    ([regime, said]) => element('span', {}, element('i', { class: regime }), said)))

  // Text that says what one sees: at once for the eye, and once it rests for who listens. Beside it, the way back.
  function words(again) {
    const says = element('p', { class: 'says' })
    const heard = element('p', { class: 'heard', role: 'status' })
    const button = element('button', { type: 'button' }, 'Start again')
    button.addEventListener('click', again)
    let timer, before
    return {
      box: element('div', { class: 'foot' }, says, heard, button),
      say(sentence) {
        // What the page begins with is no news.
        if (before && before !== sentence) {
          clearTimeout(timer)
          timer = setTimeout(() => { heard.textContent = spoken(sentence) }, QUIET)
        }
        before = sentence
        says.replaceChildren(...shownWords(sentence))
      },
    }
  }

  // A drawing that is as large as its place, in pixels.
  function canvas(attributes = { role: 'img' }) {
    const svg = shape('svg', attributes)
    const box = element('div', { class: 'plot' }, svg)
    return {
      box,
      svg,
      get width() { return box.clientWidth },
      get height() { return box.clientHeight },
      show(...drawn) { svg.replaceChildren(...drawn.flat(Infinity).filter(Boolean)) },
    }
  }

  // The usual figure: sliders, below them a plot, and below that what it says. `draw` gets what the sliders are at, a
  // plot to show shapes in, and a function for words: what kind of picture this is, and the sentence below it.
  function withSliders(stage, title, sliders, draw) {
    const knobs = sliders.map(each => slider(each, () => again()))
    const plot = canvas()
    const foot = words(() => { for (const knob of knobs) knob.reset(); again() })
    stage.setAttribute('aria-label', `${title}: a figure to play with`)
    stage.append(element('div', { class: 'controls' }, knobs.map(each => each.box)), plot.box, foot.box)
    const tell = (picture, sentence) => {
      foot.say(sentence)
      plot.svg.setAttribute('aria-label', spoken(`${picture} ${sentence}`))
    }
    const again = drawing(plot, () => draw(knobs.map(each => each.value), plot, tell))
    again()
  }

  // A window of the drawing: what lies outside is cut off at its edge.
  let windows = 0
  function within({ left, right, top, bottom }, ...inside) {
    const id = `window-${windows += 1}`
    const pane = shape('rect', { x: left, y: top, width: right - left, height: bottom - top })
    return [shape('clipPath', { id }, pane), shape('g', { 'clip-path': `url(#${id})` }, ...inside)]
  }

  const linear = ([from, to], [low, high]) => {
    const at = value => low + (value - from) / (to - from) * (high - low)
    at.back = place => from + (place - low) / (high - low) * (to - from)
    at.domain = [from, to]
    at.range = [low, high]
    return at
  }

  // Round numbers within a domain, about as many as wanted.
  function ticks([from, to], wanted) {
    const rough = (to - from) / wanted
    const power = 10 ** Math.floor(Math.log10(rough))
    const step = [1, 2, 5, 10].map(k => k * power).find(each => each >= rough)
    const first = Math.ceil(from / step - 1e-9)
    return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, k) => (first + k) * step)
  }

  const written = (value, digits = 0) => value.toFixed(digits).replace(/^-(?=0(\.0*)?$)/, '').replace('-', '−')
  const said = value => written(value, Number.isInteger(value) ? 0 : Number.isInteger(value * 10) ? 1 : 2)

  // Axes: a line with ticks below, and one to the left, each with its title.
  function below(scale, y, title, places, word = said) {
    const [left, right] = scale.range
    return [
      shape('line', { class: 'axis thin', x1: left, x2: right, y1: y, y2: y }),
      places.map(value => [
        shape('line', { class: 'axis thin', x1: scale(value), x2: scale(value), y1: y, y2: y + 4 }),
        shape('text', { class: 'quiet', x: scale(value), y: y + 17, 'text-anchor': 'middle' }, word(value)),
      ]),
      title && shape('text', { x: (left + right) / 2, y: y + 34, 'text-anchor': 'middle' }, drawnWords(title)),
    ]
  }
  function beside(scale, x, title, places, word = said) {
    const [bottom, top] = scale.range
    return [
      shape('line', { class: 'axis thin', x1: x, x2: x, y1: bottom, y2: top }),
      places.map(value => [
        shape('line', { class: 'axis thin', x1: x - 4, x2: x, y1: scale(value), y2: scale(value) }),
        shape('text', { class: 'quiet', x: x - 7, y: scale(value) + 4, 'text-anchor': 'end' }, word(value)),
      ]),
      title && shape('text', { x: 0, y: top - 8 }, drawnWords(title)),
    ]
  }

  const path = (points, attributes) => shape('path', {
    d: points.map(([x, y], k) => `${k ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join(''), ...attributes,
  })
  const range = (from, to, count) => Array.from({ length: count }, (_, k) => from + (to - from) * k / (count - 1))

  return {
    start, drawing, element, shape, drawnWords, slider, legend, words, canvas, withSliders,
    within, linear, ticks, written, said, below, beside, path, range,
  }
})()
