// Pooling by hand: all lines and slopes given the spreads of the people, from complete pooling to none. A person can be
// chosen, and the rows of one who has two can be moved.
Playing.hand = (() => {
  const {
    drawing, element, shape, slider, legend, words, canvas, linear, ticks, below, beside, path, written,
  } = Playing
  const STEPS = 100
  const [COMPLETE, NONE] = [1e-6, 1e4] // times the posterior mean: as good as 0 and ∞
  const DAYS = [0, 9]

  // How often the posterior mean a spread is, at a position of the slider from 0 to 1.
  const times = place => Math.min(Math.max(place / (1 - place), COMPLETE), NONE)

  // What a subject's rows say: sums of products, and the least-squares line times the determinant `gram`.
  function summed(rows) {
    const sum = of => rows.reduce((total, row) => total + of(row), 0)
    const [n, x, y] = [rows.length, sum(row => row.x), sum(row => row.y)]
    const [xx, xy] = [sum(row => row.x ** 2), sum(row => row.x * row.y)]
    return { n, x, y, xx, xy, gram: n * xx - x * x, cross1: xx * y - x * xy, crossX: n * xy - x * y }
  }

  // The lines given the scales: that of the population, standard normal a priori, with those of subjects integrated
  // out; and each subject's, with the population's integrated out. Formulas are those of pooling.exact, standardised.
  function lines(subjects, { tauAlpha, tauBeta, sigma }) {
    const [a, b, v] = [tauAlpha ** 2 / sigma ** 2, tauBeta ** 2 / sigma ** 2, sigma ** 2]
    const all = subjects.map(rows => {
      const s = summed(rows)
      return { ...s, det: 1 + a * s.n + b * s.xx + a * b * s.gram }
    })
    const sum = of => all.reduce((total, s) => total + of(s) / s.det / v, 0)
    const both = sum(s => s.x)
    const ofAlpha = 1 + sum(s => s.n + b * s.gram)
    const slope = both / ofAlpha
    const ofBeta = Math.max(1 + sum(s => s.xx + a * s.gram) - slope * both, 1)
    const scoreAlpha = sum(s => s.y + b * s.cross1)
    const beta = (sum(s => s.xy + a * s.crossX) - slope * scoreAlpha) / ofBeta
    const population = {
      alpha: scoreAlpha / ofAlpha - slope * beta, beta,
      varAlpha: 1 / ofAlpha + slope ** 2 / ofBeta, varBeta: 1 / ofBeta, covariance: -slope / ofBeta,
    }
    const each = all.map(s => {
      const [ownAlpha, ownBeta] = [(1 + b * s.xx) / s.det, (1 + a * s.n) / s.det]
      const [otherAlpha, otherBeta] = [-a * s.x / s.det, -b * s.x / s.det]
      const { alpha, varAlpha, varBeta, covariance } = population
      return {
        alpha: ownAlpha * alpha + otherAlpha * beta + a * (s.y + b * s.cross1) / s.det,
        beta: ownBeta * beta + otherBeta * alpha + b * (s.xy + a * s.crossX) / s.det,
        sdBeta: Math.sqrt(ownBeta * (tauBeta ** 2 + ownBeta * varBeta)
          + otherBeta * (2 * ownBeta * covariance + otherBeta * varAlpha)),
      }
    })
    return { population, each }
  }

  // The weight of the own rows for a slope, if nothing is known of the level.
  function weight(rows, { tauBeta, sigma }) {
    const { n, gram } = summed(rows)
    return gram / n * tauBeta ** 2 / (gram / n * tauBeta ** 2 + sigma ** 2)
  }

  function build({ subject, subjects, rows, scaler, held, density, below: smaller, z, marks }, stage) {
    const unit = scaler.reaction_sd / scaler.day_sd // of a slope, in ms per day
    const toX = day => (day - scaler.day_mean) / scaler.day_sd
    const toY = ms => (ms - scaler.reaction_mean) / scaler.reaction_sd
    const measured = () => subjects.map((_, s) => rows.day.flatMap((day, i) => rows.subject[i] === s
      ? [{ day, x: toX(day), y: toY(rows.reaction[i]) }] : []))
    const ms = y => scaler.reaction_mean + scaler.reaction_sd * y
    const given = (place, levelsToo = true) => ({
      tauAlpha: held.tau_alpha * (levelsToo ? times(place) : 1),
      tauBeta: held.tau_beta * times(place),
      sigma: held.sigma,
    })
    let people = measured()
    let chosen = subjects.indexOf(subject)
    const { each: steepness } = lines(people, given(1))
    const order = subjects.map((_, s) => s).sort((one, other) => steepness[other].beta - steepness[one].beta)

    const spread = place => written(held.tau_beta * unit * times(place), 1)
    const tau = slider({
      label: ['Spread of slopes *τ*', element('sub', {}, element('i', {}, 'β')), ', ms per day'],
      min: 0, max: STEPS, step: 1, value: STEPS / 2,
      say: step => step === 0 ? '0: complete pooling' : step === STEPS ? '∞: no pooling' : spread(step / STEPS),
    }, () => draw())
    const levels = element('input', { type: 'checkbox', checked: '' })
    const person = element('select', {}, subjects.map((name, s) => element(
      'option', { value: s }, `${name} (n = ${people[s].length})`)))
    const plot = canvas({ role: 'group' })
    const posterior = canvas()
    const text = words(() => {
      people = measured()
      choose(subjects.indexOf(subject))
      levels.checked = true
      tau.reset()
      draw()
    })
    posterior.box.classList.add('low')
    stage.setAttribute('aria-label', 'Pooling by hand: a figure to play with')
    stage.append(
      element('div', { class: 'row' }, element('label', { class: 'row' }, 'Person', person),
        element('label', { class: 'row tick' }, levels, 'levels are pooled alike'),
        legend({ complete: 'complete', none: 'none', partial: 'partial' })),
      plot.box, tau.box, posterior.box, text.box)

    const drawn = shape('g', { role: 'img' })
    const handles = shape('g')
    plot.show(drawn, handles)
    let scales // of the panels, for what is moved or chosen in them

    function choose(s) {
      chosen = s
      person.value = s
      handles.replaceChildren(...(people[s].length === 2 ? people[s].map(handle) : []))
    }
    person.addEventListener('change', () => { choose(Number(person.value)); draw() })
    levels.addEventListener('change', () => draw())

    // A row that can be moved, by the pointer or by keys.
    function handle(row) {
      const knob = shape(
        'g', { class: 'held', tabindex: 0, role: 'slider', 'aria-label': `Reaction time on day ${row.day}` },
        shape('circle', { r: 14, class: 'hit' }), shape('circle', { r: 6, class: 'ink' }))
      const move = to => { row.y = toY(Math.min(Math.max(to, scales.most[0]), scales.most[1])); draw() }
      knob.addEventListener('pointerdown', event => { knob.setPointerCapture(event.pointerId); knob.focus() })
      knob.addEventListener('pointermove', event => {
        if (!knob.hasPointerCapture(event.pointerId)) return
        move(scales.y.back(event.clientY - plot.svg.getBoundingClientRect().top))
      })
      knob.addEventListener('keydown', event => {
        const by = { ArrowUp: 2, ArrowRight: 2, ArrowDown: -2, ArrowLeft: -2, PageUp: 20, PageDown: -20 }[event.key]
        const to = { Home: scales.most[0], End: scales.most[1] }[event.key] ?? (by && ms(row.y) + by)
        if (to === undefined) return
        event.preventDefault()
        event.stopPropagation()
        move(to)
      })
      knob.place = () => {
        knob.setAttribute('transform', `translate(${scales.x(row.day)} ${scales.y(ms(row.y))})`)
        knob.setAttribute('aria-valuemin', scales.most[0])
        knob.setAttribute('aria-valuemax', scales.most[1])
        knob.setAttribute('aria-valuenow', Math.round(ms(row.y)))
        knob.setAttribute('aria-valuetext', `${written(ms(row.y))} ms`)
      }
      return knob
    }

    // A click chooses the nearest line, or the row of the slopes.
    plot.svg.addEventListener('click', ({ clientX, clientY, target }) => {
      if (target.closest('.held')) return
      const box = plot.svg.getBoundingClientRect()
      const [left, top] = [clientX - box.left, clientY - box.top]
      const nearest = scales.nearest(left, top)
      if (nearest !== undefined) { choose(nearest); draw() }
    })

    function linesPanel(now, none, complete, box) {
      const most = [150, 500]
      const x = linear([-0.4, 9.4], [box.left + 38, box.right])
      const y = linear(most, [box.bottom - 40, box.top + 20])
      // The part of a line that lies in the panel.
      const at = ({ alpha, beta }) => {
        const crossings = most.map(to => scaler.day_mean + scaler.day_sd * (toY(to) - alpha) / beta)
        const [low, high] = [Math.min(...crossings), Math.max(...crossings)]
        return DAYS.map(day => Math.min(Math.max(day, low), high)).map(day => [x(day), y(ms(alpha + beta * toX(day)))])
      }
      const own = people[chosen]
      scales = { x, y, most }
      scales.line = (left, top) => {
        const day = x.back(left)
        const off = now.each.map(({ alpha, beta }) => Math.abs(y(ms(alpha + beta * toX(day))) - top))
        const nearest = off.indexOf(Math.min(...off))
        return off[nearest] < 14 ? nearest : undefined
      }
      return [
        below(x, box.bottom - 40, 'Day', [0, 3, 6, 9]),
        beside(y, box.left + 38, 'Reaction time (ms)', ticks(most, 5)),
        now.each.map(line => path(at(line), { class: 'partial thin faded' })),
        path(at(complete.each[chosen]), { class: 'complete dashed' }),
        path(at(none.each[chosen]), { class: 'none dashed' }),
        path(at(now.each[chosen]), { class: 'partial thick' }),
        own.length === 2 ? [] : own.map(
          row => shape('circle', { class: 'ink', cx: x(row.day), cy: y(ms(row.y)), r: 4 })),
      ]
    }

    function slopesPanel(now, none, complete, box) {
      const x = linear([-12, 32], [box.left + 76, box.right])
      const step = (box.bottom - 40 - box.top - 20) / subjects.length
      const y = place => box.top + 20 + (place + 0.5) * step
      const clamp = value => Math.min(Math.max(value, x.domain[0]), x.domain[1])
      scales.row = (left, top) => left > box.left ? order[Math.floor((top - box.top - 20) / step)] : undefined
      const common = x(complete.each[chosen].beta * unit)
      return [
        below(x, box.bottom - 40, 'Slope (ms per day)', ticks(x.domain, 4)),
        shape('line', { class: 'complete dashed', x1: common, x2: common, y1: box.top + 20, y2: box.bottom - 40 }),
        order.map((s, place) => {
          const [middle, half] = [now.each[s].beta * unit, z * now.each[s].sdBeta * unit]
          const [from, to] = [x(clamp(middle - half)), x(clamp(middle + half))]
          const square = x(clamp(none.each[s].beta * unit))
          return shape('g', { class: 'chosen' },
            s === chosen && shape('rect', {
              class: 'band', x: box.left, y: y(place) - step / 2, width: box.right - box.left, height: step,
            }),
            shape('text', { x: box.left + 70, y: y(place) + 4, 'text-anchor': 'end', class: s === chosen && 'bold' },
              `${subjects[s]} (${people[s].length})`),
            shape('line', { class: 'partial', x1: from, x2: to, y1: y(place), y2: y(place) }),
            shape('rect', { class: 'none', x: square - 3.5, y: y(place) - 3.5, width: 7, height: 7 }),
            shape('circle', { class: 'partial', cx: x(clamp(middle)), cy: y(place), r: 4.5 }))
        }),
      ]
    }

    const draw = drawing(plot, () => {
      const place = tau.value / STEPS
      const scale = given(place, levels.checked)
      const now = lines(people, scale)
      const [complete, none] = [lines(people, given(0, levels.checked)), lines(people, given(1, levels.checked))]
      const { width, height } = plot
      const stacked = width < 560
      const [across, down] = stacked ? [width, height * 0.4] : [width * 0.46, height]
      const first = { left: 0, top: 0, right: across, bottom: down }
      const second = { left: stacked ? 0 : width * 0.5, top: stacked ? down : 0, right: width - 4, bottom: height }
      drawn.replaceChildren(...[
        linesPanel(now, none, complete, first), slopesPanel(now, none, complete, second),
      ].flat(Infinity))
      scales.nearest = (left, top) => {
        const inFirst = left < first.right && top < first.bottom
        return inFirst ? scales.line(left, top) : scales.row(left, top)
      }
      for (const knob of handles.children) knob.place()

      const name = subjects[chosen]
      const slope = set => written(set.each[chosen].beta * unit, 1)
      const where = place === 0 ? 'No spread at all: complete pooling.'
        : place === 1 ? 'Spread without bound: no pooling.'
        : `With probability ${written(100 * smaller[tau.value])} % the spread of slopes is below ${spread(place)}.`
      const sentence = `${where} Slope of ${name}, in ms per day: ${slope(none)} without pooling, ${slope(now)} now `
        + `(own rows weigh ${written(weight(people[chosen], scale), 2)}), ${slope(complete)} if pooled completely.`
      text.say(sentence)
      drawn.setAttribute('aria-label', `Lines of ${subjects.length} people, and their slopes. ${sentence}`)
      drawPosterior(place)
    })

    function drawPosterior(place) {
      const { width, height } = posterior
      const x = linear([0, 1], [8, width - 8])
      const y = linear([0, 1], [height - 20, 2])
      const middle = held.tau_beta * unit
      const marked = marks.filter(mark => mark < 20 || width > 500)
      const outline = density.map((value, step) => [x(step / STEPS), y(value)])
      posterior.svg.setAttribute('aria-label', 'Posterior density of the spread along the slider: a hump in the middle')
      posterior.show(
        path([...outline, [x(1), y(0)], [x(0), y(0)]], { class: 'filled' }),
        below(x, y(0), '', [...marked.map(mark => mark / (middle + mark)), 1],
          at => at === 1 ? '∞' : written(middle * at / (1 - at))),
        shape('line', { class: 'rule dotted', x1: x(0.5), x2: x(0.5), y1: y(0), y2: 2 }),
        shape('line', { class: 'partial thick', x1: x(place), x2: x(place), y1: y(0), y2: 2 }),
      )
    }

    choose(chosen)
    draw()
  }

  Playing.start('figures/hand.js', build)
  return { times, lines, weight }
})()
