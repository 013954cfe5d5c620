// One row more: any row can be left out. Beside all rows stand the densities that the three models then have in its
// place, and below them how they score it: exactly, and as PSIS-LOO estimates it.
Playing.row = (() => {
  const { drawing, element, shape, words, canvas, linear, ticks, below, beside, path, range, written } = Playing
  const CLASSES = { complete_pooling: 'complete', no_pooling: 'none', partial_pooling: 'partial' }
  const SEEN = [150, 500] // ms
  const NEAR = 18 // pixels from a row, within which a click is meant for it

  // A log density between the points of its grid: the cubic through the four nearest.
  function interpolated(at, log, [first, step]) {
    const k = Math.min(Math.max(Math.floor((at - first) / step), 1), log.length - 3)
    const t = (at - first) / step - k
    const [a, b, c, d] = log.slice(k - 1, k + 3)
    return a * -t * (t - 1) * (t - 2) / 6 + b * (t + 1) * (t - 1) * (t - 2) / 2
      - c * (t + 1) * t * (t - 2) / 2 + d * (t + 1) * t * (t - 1) / 6
  }

  function build({ chosen: first, rows, grid, regimes }, stage) {
    let chosen = first
    const people = [...new Set(rows.subject)]
    const option = (value, said) => element('option', { value }, said)
    const person = element('select', {}, people.map(each => option(each, each)))
    const day = element('select')
    const plot = canvas()
    const cells = Object.fromEntries(Object.keys(regimes).map(
      name => [name, ['exact', 'psis', 'k'].map(() => element('td', { class: 'number' }))]))
    const head = ['Model', 'Exact score', 'PSIS', 'Pareto k̂'].map(said => element('th', { scope: 'col' }, said))
    const table = element('table', { 'aria-label': 'Log score of the row that is left out' },
      element('thead', {}, element('tr', {}, head)),
      element('tbody', {}, Object.entries(regimes).map(([name, { name: said }]) => element(
        'tr', {}, element('th', { scope: 'row', class: CLASSES[name] }, said), cells[name]))))
    const text = words(() => choose(first))
    stage.setAttribute('aria-label', 'One row more: a figure to play with')
    stage.append(
      element('div', { class: 'row' }, element('label', { class: 'row' }, 'Leave out: person', person),
        element('label', { class: 'row' }, 'day', day)),
      plot.box, table, text.box)

    const of = subject => rows.subject.flatMap((each, i) => each === subject ? [i] : [])
    function choose(row) {
      chosen = row
      person.value = rows.subject[row]
      day.replaceChildren(...of(rows.subject[row]).map(each => option(each, rows.day[each])))
      day.value = row
      draw()
    }
    person.addEventListener('change', () => choose(of(Number(person.value))[0]))
    day.addEventListener('change', () => choose(Number(day.value)))
    plot.svg.addEventListener('click', ({ clientX, clientY }) => {
      const box = plot.svg.getBoundingClientRect()
      const off = rows.day.map((each, i) => Math.hypot(
        scales.x(each) + box.left - clientX, scales.y(rows.reaction[i]) + box.top - clientY))
      const nearest = off.indexOf(Math.min(...off))
      if (off[nearest] < NEAR) choose(nearest)
    })

    let scales
    const draw = drawing(plot, () => {
      const score = (name, kind) => regimes[name][kind][chosen]
      for (const name in regimes) {
        for (const [place, kind] of ['exact', 'psis', 'k'].entries()) {
          cells[name][place].textContent = written(score(name, kind), 2)
        }
        cells[name][2].classList.toggle('warned', score(name, 'k') > 0.7)
      }
      const lead = kind => score('partial_pooling', kind) - score('no_pooling', kind)
      const warned = ['no_pooling', 'partial_pooling'].filter(name => score(name, 'k') > 0.7)
      const sentence = `Without day ${rows.day[chosen]} of ${rows.subject[chosen]}: on this row, the lead of partial `
        + `over no pooling is ${written(lead('exact'), 2)} nats, by PSIS ${written(lead('psis'), 2)}. `
        + (warned.length ? `It warns of ${warned.map(name => regimes[name].name).join(' and ')}.` : 'It does not warn.')
      text.say(sentence)
      plot.svg.setAttribute('aria-label', `All rows over the days, and densities of the one left out. ${sentence}`)

      const { width, height } = plot
      const split = width * 0.62
      const x = linear([-0.5, 9.5], [38, split])
      const y = linear(SEEN, [height - 40, 22])
      scales = { x, y }
      const curves = Object.entries(regimes).map(([name, { log }]) => ({
        name,
        points: range(...SEEN, 141).map(at => [Math.exp(interpolated(at, log[chosen], grid) / 100), at]),
      }))
      const most = Math.max(...curves.flatMap(({ points }) => points.map(([density]) => density)))
      const across = linear([0, most], [split + 16, width - 4])
      const level = y(rows.reaction[chosen])
      const own = rows.subject.map(each => each === rows.subject[chosen])
      plot.show(
        below(x, height - 40, 'Day', [0, 3, 6, 9]),
        beside(y, 38, 'Reaction time (ms)', ticks(SEEN, 6)),
        shape('line', { class: 'rule dotted', x1: 38, x2: width - 4, y1: level, y2: level }),
        rows.day.map((each, i) => shape('circle', {
          class: i === chosen ? 'ring' : own[i] ? 'ink chosen' : 'other chosen',
          cx: x(each), cy: y(rows.reaction[i]), r: i === chosen ? 7 : own[i] ? 4 : 3,
        })),
        shape('line', { class: 'axis thin', x1: split + 16, x2: width - 4, y1: height - 40, y2: height - 40 }),
        shape('text', { x: (split + 12 + width) / 2, y: height - 6, 'text-anchor': 'middle' }, 'Density'),
        curves.map(({ name, points }) => path(points.map(([density, at]) => [across(density), y(at)]), {
          class: CLASSES[name] + (name === 'partial_pooling' ? ' thick' : ''),
        })),
      )
    })
    choose(first)
  }

  Playing.start('figures/row.js', build)
  return { interpolated }
})()
