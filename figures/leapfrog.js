// The leapfrog: a path through a small funnel, for any length of its steps and any push, and by how much its energy is
// off.
Playing.leapfrog = (() => {
  const { shape, withSliders, within, linear, ticks, below, beside, path, range, written } = Playing
  const MARKS = [0.02, 0.1, 1, 10]
  const SIDE = 6, BOTTOM = -4.2, TOP = 3
  const LEAST = -4, MOST = 6 // of the decimal logarithm of the energy error
  const POWERS = { '-4': '10⁻⁴', '-2': '0.01', 0: '1', 2: '100', 4: '10⁴' } // there is no room for 0.0001
  const SMALLEST = 1e-4, LARGEST = 1e12 // of energy errors: one that is said, and one that is drawn, far outside
  const AWAY = 1e5 // pixels, and no path has to go on
  const BOTTOM_STEP = 0.02, TOP_STEP = 0.6, FAR = 3

  // Minus the log density of log τ ~ Normal(0, spread) and a ~ Normal(0, τ), but for a constant, and its gradient.
  const height = ([t, a], spread) => t * t / (2 * spread ** 2) + t + a * a * Math.exp(-2 * t) / 2
  const slope = ([t, a], spread) => {
    const narrow = Math.exp(-2 * t)
    return [t / spread ** 2 + 1 - a * a * narrow, a * narrow]
  }

  // The places of a path, and by how much the energy is off at each; it ends where that is more than `limit`.
  function followed({ start, push, spread, step, time, limit }) {
    let q = start, p = push
    const energy = () => height(q, spread) + (p[0] ** 2 + p[1] ** 2) / 2
    const begin = energy()
    const places = [q], off = [0]
    while (step * off.length <= time + 1e-9 && Math.abs(off.at(-1)) < limit) {
      const before = slope(q, spread)
      const half = p.map((each, k) => each - step / 2 * before[k])
      q = q.map((each, k) => each + step * half[k])
      const after = slope(q, spread)
      p = half.map((each, k) => each - step / 2 * after[k])
      places.push(q)
      off.push(energy() - begin)
    }
    return { places, off }
  }

  function build({ start, push, spread, step, time, limit }, stage) {
    const plain = value => written(value, 2)
    // Two digits that count, large or small.
    const about = value => Math.abs(value) < SMALLEST ? `less than ${SMALLEST}`
      : written(value, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value)))))
    const sliders = [
      { label: 'Length of a step *h*', min: BOTTOM_STEP, max: TOP_STEP, step: 0.01, value: step, say: plain },
      { label: 'Push along log *τ*', min: -FAR, max: FAR, step: 0.1, value: push[0], say: plain },
      { label: 'Push across', min: -FAR, max: FAR, step: 0.1, value: push[1], say: plain },
    ]
    withSliders(stage, 'A path of leapfrog steps', sliders, ([h, along, across], plot, tell) => {
      const { places, off } = followed({ start, push: [along, across], spread, step: h, time, limit })
      const exactly = followed({ start, push: [along, across], spread, step: 0.004, time, limit }).places
      const lowest = Math.exp(Math.min(...exactly.map(([t]) => t)))
      const worst = Math.max(...off.map(Math.abs))
      const accepted = Math.min(1, Math.exp(-off.at(-1)))
      const end = !(worst < limit)
        ? `After ${off.length - 1} steps the energy is off by more than ${limit}: a divergence.`
        : `The energy is off by up to ${about(worst)}, at the end by ${about(off.at(-1))}; the end is accepted `
          + `with probability ${accepted < 0.01 ? 'less than 0.01' : written(accepted, 2)}.`
      const sentence = `The true path goes down to *τ* = ${about(lowest)}, where a step must be shorter than `
        + `${about(2 * lowest)}; it is ${written(h, 2)}. ${end}`
      tell('A path through a funnel, and its energy error over time.', sentence)

      const { width, height: whole } = plot
      const stacked = width < 480
      const [wide, tall] = stacked ? [width - 48, whole / 2] : [(width - 110) / 2, whole]
      const left = 44
      const [second, under] = stacked ? [left, tall] : [left + wide + 56, 0] // where the panel of errors begins
      const x = linear([-SIDE, SIDE], [left, left + wide])
      const y = linear([BOTTOM, TOP], [tall - 36, 22])
      const at = ([t, a]) => [x(a), y(t)].map(each => Math.min(Math.max(each, -AWAY), AWAY))
      const edge = sign => range(BOTTOM, TOP, 80).map(t => at([t, sign * 1.96 * Math.exp(t)]))
      const shown = places.filter(place => place.every(Number.isFinite)).map(at)
      const timeAt = linear([0, time], [second, second + wide])
      const error = linear([LEAST, MOST], [under + tall - 36, under + 22])
      // No number is a large error too: the path has left what numbers can hold.
      const size = value => Math.abs(value) < LARGEST ? Math.max(Math.abs(value), 1 / LARGEST) : LARGEST
      const errors = off.slice(1).map((value, k) => [timeAt(h * (k + 1)), error(Math.log10(size(value)))])
      const dots = points => points.map(([cx, cy]) => shape('circle', { class: 'partial', cx, cy, r: 2.2 }))
      plot.show(
        within({ left, right: left + wide, top: y(TOP), bottom: y(BOTTOM) },
          path([...edge(-1), ...edge(1).reverse()], { class: 'filled' }),
          path(exactly.map(at), { class: 'rule thin dotted' }),
          path(shown, { class: 'partial thin' }), dots(shown)),
        shape('circle', { class: 'ring', cx: x(start[1]), cy: y(start[0]), r: 5 }),
        below(x, tall - 36, 'Distance from the centre *a*', [-4, 0, 4]),
        beside(y, left, '*τ*', MARKS.map(Math.log), t => String(+Math.exp(t).toFixed(2))),
        shape('line', {
          class: 'rule dotted', x1: second, x2: second + wide,
          y1: error(Math.log10(limit)), y2: error(Math.log10(limit)),
        }),
        within({ left: second, right: second + wide, top: error(MOST), bottom: error(LEAST) },
          path(errors, { class: 'partial thin' }), dots(errors)),
        below(timeAt, under + tall - 36, 'Time (steps × length)', ticks(timeAt.domain, 3)),
        beside(error, second, '', [-4, -2, 0, 2, 4], power => POWERS[power]),
        shape('text', { x: second, y: under + 13 }, 'Energy error'),
      )
    })
  }

  Playing.start('figures/leapfrog.js', build)
  return { followed }
})()
