'use strict';
// Asks for status once a second, keeps five minutes of what it heard, and draws. Text goes in by textContent only.
(() => {
  const EVERY = 1000, TIMEOUT = 5000, KEEP = 300, RATE_OVER = 5, MOST_ROWS = 50, SVG = 'http://www.w3.org/2000/svg';
  const id = name => document.getElementById(name);
  const STATIONS = {
    stream: 'Stream', window: 'Window', route: 'Route', connections: 'Connections', topic: 'Topic', 'dead-letters': 'Dead letters', session: 'Session'
  };
  const GLYPHS = {
    ok: 'M2.5 7.5 5.5 10.5 11.5 3.5', warning: 'M7 1.5 13 12.5H1ZM7 5.5V8.5M7 10.5V10.6', failing: 'M3 3 11 11M11 3 3 11',
    draining: 'M7 2V11M3 7.5 7 11.5 11 7.5', connecting: 'M7 12V3M3 6.5 7 2.5 11 6.5', unknown: 'M3 7H11'
  };
  GLYPHS.up = GLYPHS.ok; GLYPHS.down = GLYPHS.gone = GLYPHS.failing; GLYPHS.waits = GLYPHS.warning;

  let history = [], seenAt = null, last = null, life = null;

  // --- small things
  const count = n => n.toLocaleString('en-US');
  const rate = r => r === null ? '–' : r < 99.95 ? r.toFixed(1) : count(Math.round(r));
  const span = s => s === null ? '–' : s < .05 ? '0 s' : s < 9.95 ? s.toFixed(1) + ' s' : s < 99.5 ? Math.round(s) + ' s' : s < 5400 ? Math.round(s / 60) + ' min'
    : s < 172800 ? (s / 3600).toFixed(1) + ' h' : Math.round(s / 86400) + ' d';
  const clock = ms => new Date(ms).toLocaleTimeString('en-GB');
  const time = text => Date.parse(text);
  const moment = (ms, now) => Math.abs(now - ms) < 43200000 ? clock(ms) : new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }) + ' ' + clock(ms);

  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }
  function mark(element, state) {
    if (element.dataset.state !== state) element.dataset.state = state;
  }
  function make(tag, className, parent) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (parent) parent.append(element);
    return element;
  }
  function shape(tag, attributes, parent, text) {
    const element = document.createElementNS(SVG, tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  }
  function glyph(parent) {
    const svg = shape('svg', { class: 'glyph', viewBox: '0 0 14 14', 'aria-hidden': 'true' }, parent);
    return { path: shape('path', {}, svg), svg };
  }
  function draw(icon, state) {
    const d = GLYPHS[state] || GLYPHS.unknown;
    if (icon.path.getAttribute('d') !== d) icon.path.setAttribute('d', d);
  }
  /** Keeps the elements of what is still there, so that a selection and the place of a reader survive. */
  function keyed(parent, values, key, create, fill) {
    const old = parent.kept || new Map(), kept = new Map();
    let place = parent.firstElementChild;
    for (const value of values) {
      const name = key(value), item = old.get(name) || create(name);
      old.delete(name);
      kept.set(name, item);
      if (item.root === place) place = place.nextElementSibling;
      else parent.insertBefore(item.root, place);
      fill(item, value);
    }
    old.forEach(item => item.root.remove());
    parent.kept = kept;
  }
  function row(labels, classes) {
    const root = make('tr'), cells = labels.map((label, i) => {
      const cell = make('td', classes[i], root);
      cell.setAttribute('role', 'cell');
      if (label) cell.dataset.label = label;
      return cell;
    });
    root.setAttribute('role', 'row');
    return { root, cells };
  }
  function stateCell(item, state, word, why) {
    if (!item.icon) {
      const cell = item.cells[1];
      const line = make('span', 'state', cell);
      item.icon = glyph(line);
      item.word = make('span', '', line);
      item.why = make('span', 'why', cell);
    }
    mark(item.cells[1], state);
    draw(item.icon, state);
    say(item.word, word);
    say(item.why, why || '');
    item.why.hidden = !why;
    item.cells[1].classList.toggle('all', !!why);
  }

  // --- rates: between the newest sample and the one some seconds before it
  function earlier(seconds) {
    const now = history[history.length - 1];
    for (let i = history.length - 2; i >= 0; i--) {
      if (now.t - history[i].t >= seconds || i === 0) return history[i];
    }
    return null;
  }
  function perSecond(now, before, from) {
    if (!before) return null;
    const a = from(before), b = from(now);
    return a === undefined || b === undefined || b < a ? null : (b - a) / (now.t - before.t);
  }
  function remember(doc) {
    const t = time(doc.at) / 1000;
    if (life !== doc.bridge.startedAt || (history.length && t <= history[history.length - 1].t)) history = [];
    life = doc.bridge.startedAt;
    const sample = { t, ack: doc.publishes.acknowledged, read: doc.records.read, settled: doc.records.settled, held: doc.window.records, lag: {}, shard: {}, link: {} };
    for (const s of doc.shards) {
      sample.lag[shardKey(s)] = s.behindSeconds;
      sample.shard[shardKey(s)] = s.read;
    }
    for (const c of doc.connections) if (c.clientId) sample.link[c.clientId + c.session] = c.acknowledged;
    history.push(sample);
    while (t - history[0].t > KEEP) history.shift();
  }
  const shardKey = s => s.stream + '/' + s.id;

  // --- charts: the time axis is as long as what is known, a minute at least
  function nice(most) {
    const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
    return [1, 2, 5, 10].map(step => step * power).find(top => top >= most) || 10 * power;
  }
  function chart(svg, lines, most, words) {
    const width = svg.clientWidth, height = svg.clientHeight, left = 40, bottom = 18, top = 6, right = 2;
    if (!width) return;
    const end = history[history.length - 1].t, seconds = Math.max(60, Math.min(KEEP, end - history[0].t));
    const x = t => left + (width - left - right) * (1 - (end - t) / seconds);
    const y = v => top + (height - top - bottom) * (1 - v / most);
    const title = svg.querySelector('title');
    say(title, words);
    svg.replaceChildren(title);
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    for (const part of [0, .5, 1]) {
      shape('line', { class: 'grid', x1: left, x2: width - right, y1: y(most * part), y2: y(most * part) }, svg);
      shape('text', { x: left - 6, y: y(most * part) + 4, 'text-anchor': 'end' }, svg, most * part >= 10000 ? (most * part / 1000) + 'k' : count(most * part));
    }
    const fits = 62 * seconds / (width - left - right), step = [10, 20, 60, 120].find(s => s >= fits && (s >= 60 || seconds <= 150)) || 300;
    for (let back = 0; back <= seconds + .5; back += step) {
      const at = x(end - back);
      shape('text', { x: at, y: height - 3, 'text-anchor': back === 0 ? 'end' : at < left + 14 ? 'start' : 'middle' }, svg,
        back === 0 ? 'now' : step >= 60 ? '−' + back / 60 + ' min' : '−' + back + ' s');
    }
    for (const line of lines) {
      const points = line.points.filter(p => p[1] !== null).map(p => x(p[0]).toFixed(1) + ' ' + y(Math.min(p[1], most)).toFixed(1));
      if (points.length < 2) continue;
      if (line.filled) shape('path', { class: 'area', d: `M${points[0].split(' ')[0]} ${y(0)}L${points.join('L')}L${points[points.length - 1].split(' ')[0]} ${y(0)}Z` }, svg);
      shape('path', { class: 'line ' + line.kind, d: 'M' + points.join('L') }, svg);
    }
  }
  function series(from) {
    const points = [];
    for (let i = 1; i < history.length; i++) {
      const before = history[Math.max(0, i - 3)];
      points.push([history[i].t, perSecond(history[i], before, from)]);
    }
    return points;
  }
  const highest = points => points.reduce((most, p) => Math.max(most, p[1] || 0), 0);

  function charts(doc) {
    const ack = series(s => s.ack), read = series(s => s.read);
    const now = history[history.length - 1], before = earlier(RATE_OVER);
    const ackNow = perSecond(now, before, s => s.ack), readNow = perSecond(now, before, s => s.read);
    say(id('rate-ack'), rate(ackNow));
    say(id('rate-read'), rate(readNow));
    chart(id('chart-rate'), [{ kind: 'b', points: read }, { kind: 'a', filled: true, points: ack }], nice(Math.max(10, highest(ack), highest(read))),
      `Records a second over the last minutes: ${rate(ackNow)} acknowledged, ${rate(readNow)} read, at most ${rate(highest(ack))} acknowledged`);
    const held = history.map(s => [s.t, s.held]);
    say(id('window-now'), count(doc.window.records));
    say(id('window-most'), count(doc.window.mostRecords));
    chart(id('chart-window'), [{ kind: 'a', filled: true, points: held }], Math.min(Math.max(10, doc.window.mostRecords), nice(Math.max(10, highest(held)))),
      `Records held over the last minutes: now ${doc.window.records} of ${doc.window.mostRecords}`);
    const oldest = doc.shards.reduce((most, s) => s.oldestSeconds === null ? most : Math.max(most, s.oldestSeconds), null);
    const facts = [['in the route', count(doc.window.inFlight)], ['partition keys', count(doc.window.keys)], ['oldest', span(oldest)], ['bytes', size(doc.window.bytes)],
      ['retries', count(doc.records.retried)], ['not yet acknowledged', count(doc.publishes.inFlight + doc.publishes.queued)]];
    keyed(id('window-facts'), facts, f => f[0], () => {
      const root = make('div');
      return { root, term: make('dt', '', root), value: make('dd', '', root) };
    }, (item, f) => { say(item.term, f[0]); say(item.value, f[1]); });
    return ackNow;
  }
  const size = b => b < 1e4 ? count(b) : b < 1e7 ? Math.round(b / 1e3) + ' kB' : Math.round(b / 1e6) + ' MB';

  // --- the path
  function figures(doc, ackNow) {
    const lag = doc.shards.reduce((most, s) => Math.max(most, s.behindSeconds || 0), 0), settled = perSecond(history[history.length - 1], earlier(RATE_OVER), s => s.settled);
    const up = doc.connections.filter(c => c.state === 'up').length, slots = new Set(doc.connections.map(c => c.slot)).size;
    const left = doc.session.expiresAt ? (time(doc.session.expiresAt) - time(doc.at)) / 1000 : null;
    return {
      stream: doc.shards.length ? [span(lag), 'behind'] : ['–', ''], window: [count(doc.window.records), 'of ' + count(doc.window.mostRecords)],
      route: [rate(settled), 'settled/s'], connections: [up + ' of ' + slots, 'up'], topic: [rate(ackNow), 'acknowledged/s'],
      'dead-letters': [count(doc.deadLetters.total), 'since start'], session: doc.session.number ? ['#' + doc.session.number, span(left) + ' left'] : ['–', '']
    };
  }
  function path(doc, ackNow) {
    const figure = figures(doc, ackNow);
    keyed(id('path'), doc.path, p => p.station, station => {
      const root = make('li');
      root.dataset.station = station;
      const name = make('div', 'name', root);
      make('span', '', name).textContent = STATIONS[station] || station;
      const icon = glyph(name), line = make('div', 'figure', root);
      icon.word = make('span', 'unseen', name);
      return { root, icon, value: make('span', '', line), unit: make('small', '', line), says: make('div', 'says', root) };
    }, (item, p) => {
      mark(item.root, p.state);
      draw(item.icon, p.state);
      say(item.icon.word, ': ' + p.state);
      say(item.value, figure[p.station][0]);
      say(item.unit, ' ' + figure[p.station][1]);
      say(item.says, p.says);
    });
    id('path').classList.toggle('flows', ackNow > 0);
    keyed(id('reasons'), doc.path.filter(p => p.state !== 'ok' && p.says.length > 60), p => p.station, station => {
      const root = make('li'), icon = glyph(root), text = make('span', '', root);
      make('b', '', text).textContent = (STATIONS[station] || station) + ' ';
      return { root, icon, says: make('span', '', text) };
    }, (item, p) => {
      mark(item.root, p.state);
      draw(item.icon, p.state);
      say(item.says, p.says);
    });
  }

  // --- sessions
  function timeline(doc) {
    const svg = id('timeline'), width = svg.clientWidth, session = doc.session, now = time(doc.at), title = svg.querySelector('title');
    const due = session.nextCallAt ? time(session.nextCallAt) : null;
    const begun = session.sessions.slice(width < 600 ? -4 : -9);
    say(id('role'), session.role);
    say(id('session-says'), session.problem ? 'Renewal fails, next try ' + (due > now ? 'in ' + span((due - now) / 1000) : 'now')
      : session.number ? (session.number === 1 ? 'The first' : session.number === 2 ? 'Renewed once' : 'Renewed ' + count(session.number - 1) + ' times') + (due ? '; next renewal in ' + span(Math.max(0, due - now) / 1000) : '') : 'None yet');
    svg.replaceChildren(title);
    if (!begun.length) {
      say(title, 'No session yet');
      return;
    }
    svg.setAttribute('viewBox', `0 0 ${width} 92`);
    const from = time(begun[0].begunAt), until = Math.max(now, due || 0, ...begun.map(b => time(b.expiresAt)));
    const x = ms => 6 + (width - 12) * (ms - from) / Math.max(1, until - from);
    begun.forEach((b, i) => {
      const lane = b.number % 2 ? 10 : 40, left = x(time(b.begunAt)), right = x(time(b.expiresAt)), current = b.number === session.number;
      shape('rect', { class: 'session' + (current ? ' current' : ''), x: left, y: lane, width: Math.max(2, right - left), height: 22, rx: 3 }, svg);
      if (right - left > 44) shape('text', { class: 'in', x: left + 10, y: lane + 15 }, svg, '#' + b.number + (right - left > 190 ? ' until ' + clock(time(b.expiresAt)) : ''));
      if (i > 0) shape('line', { class: 'grid', x1: left, x2: left, y1: 10, y2: 62 }, svg);
      shape('circle', { class: 'renewed', cx: left, cy: lane + 11, r: 4 }, svg);
    });
    for (const f of session.failures) {
      const at = time(f.lastAt);
      if (at < from) continue;
      shape('title', {}, shape('path', { class: 'failed', d: `M${x(at) - 4} 67l8 8m0 -8l-8 8` }, svg), f.reason);
    }
    if (due && due > now) shape('path', { class: 'due', d: `M${x(due)} 65l5 5l-5 5l-5 -5Z` }, svg);
    shape('line', { class: 'now', x1: x(now), x2: x(now), y1: 4, y2: 76 }, svg);
    const marks = [[from, moment(from, now)], [now, 'now'], [until, moment(until, now)]];
    if (due && due > now) marks.splice(2, 0, [due, 'renewal']);
    let free = -1;
    marks.forEach(([ms, text], i) => {
      const half = text.length * 3.1, at = Math.min(width - half - 1, Math.max(half + 1, x(ms)));
      if (at - half < free && i > 0) return;
      shape('text', { x: at, y: 89, 'text-anchor': 'middle' }, svg, text);
      free = at + half + 8;
    });
    const failed = session.failures.length ? '; failures: ' + session.failures.map(f => `${f.reason}, ${f.tries} tries until ${clock(time(f.lastAt))}`).join('; ') : '';
    say(title, begun.map(b => `Session ${b.number} from ${clock(time(b.begunAt))} until ${clock(time(b.expiresAt))}`).join('; ') + failed);
  }

  // --- lists, the worst first
  function spark(svg, points) {
    const most = Math.max(1, highest(points)), end = history[history.length - 1].t, seconds = Math.max(60, end - history[0].t);
    const d = points.filter(p => p[1] !== null).map(p => (110 * (1 - (end - p[0]) / seconds)).toFixed(1) + ' ' + (18 - 16 * p[1] / most).toFixed(1));
    svg.firstChild.setAttribute('d', d.length > 1 ? 'M' + d.join('L') : '');
  }
  function shards(doc) {
    const word = s => s.failing && s.failing.seconds > 30 ? 'failing' : s.failing ? 'warning' : s.waits ? 'waits' : 'ok';
    const worst = { failing: 0, warning: 1, waits: 2, ok: 3 };
    const sorted = doc.shards.slice().sort((a, b) => worst[word(a)] - worst[word(b)] || (doc.shards.length > MOST_ROWS ? b.behindSeconds - a.behindSeconds : 0) || (a.id < b.id ? -1 : 1));
    const now = history[history.length - 1], before = earlier(RATE_OVER);
    say(id('shards-says'), sorted.length > MOST_ROWS ? `${MOST_ROWS} of ${count(sorted.length)}, the worst` : sorted.length ? '' : 'None is read here');
    keyed(id('shards').tBodies[0], sorted.slice(0, MOST_ROWS), shardKey, () => {
      const item = row(['', '', 'Behind', 'Lag', 'Read/s', 'Held', 'Oldest', 'Checkpoint'], ['', '', 'n', 'n', 'n', 'n', 'n', 'n']);
      item.spark = shape('svg', { class: 'spark', viewBox: '0 0 110 20', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, item.cells[3]);
      shape('path', { class: 'line a', 'vector-effect': 'non-scaling-stroke' }, item.spark);
      return item;
    }, (item, s) => {
      const key = shardKey(s), state = word(s);
      say(item.cells[0], s.id);
      stateCell(item, state, state === 'ok' ? 'reading' : state === 'waits' ? 'waits for room' : state === 'failing' ? 'blocked' : 'tries again',
        s.failing ? `${s.failing.reason}: record ${s.failing.sequenceNumber}, ${count(s.failing.attempts)} tries in ${span(s.failing.seconds)}` : '');
      say(item.cells[2], span(s.behindSeconds));
      spark(item.spark, history.map(h => [h.t, h.lag[key] === undefined ? null : h.lag[key]]));
      say(item.cells[4], rate(perSecond(now, before, h => h.shard[key])));
      say(item.cells[5], count(s.held));
      say(item.cells[6], span(s.oldestSeconds));
      say(item.cells[7], span(s.checkpointSeconds) + ' ago');
    });
  }
  function connections(doc) {
    const worst = { down: 0, connecting: 1, draining: 2, up: 3 }, many = doc.connections.length > MOST_ROWS;
    const sorted = doc.connections.slice().sort((a, b) => (many ? worst[a.state] - worst[b.state] : 0) || a.slot - b.slot || worst[b.state] - worst[a.state]);
    const now = history[history.length - 1], before = earlier(RATE_OVER), ofAll = [];
    for (const c of sorted) {
      const name = c.clientId + c.session;
      // Younger than that: since it came up.
      const lately = perSecond(now, before, h => h.link[name]);
      ofAll.push(lately === null && c.seconds > 0 && c.state !== 'connecting' ? c.acknowledged / Math.max(1, c.seconds) : lately);
    }
    const fastest = Math.max(1, ...ofAll);
    say(id('connections-says'), many ? `${MOST_ROWS} of ${count(sorted.length)}, the worst` : '');
    keyed(id('connections').tBodies[0], sorted.slice(0, MOST_ROWS).map((c, i) => ({ c, rate: ofAll[i] })), v => v.c.slot + '/' + v.c.clientId, () => {
      const item = row(['', '', 'Age', 'Session', 'Acked/s', 'In flight'], ['', '', 'n', 'n', 'n', 'n']);
      const bar = make('span', 'bar', item.cells[4]);
      item.bar = make('i', '', bar);
      item.rate = make('span', '', item.cells[4]);
      return item;
    }, (item, v) => {
      const c = v.c;
      say(item.cells[0], c.clientId || 'place ' + c.slot);
      stateCell(item, c.state, c.state, c.problem);
      say(item.cells[2], c.state === 'down' ? '–' : span(c.seconds));
      say(item.cells[3], c.session ? '#' + c.session : '–');
      say(item.rate, rate(v.rate));
      item.bar.style.width = (100 * (v.rate || 0) / fastest).toFixed(0) + '%';
      say(item.cells[5], count(c.inFlight));
    });
  }
  function letters(doc) {
    const list = doc.deadLetters.reasons;
    say(id('letters-says'), list.length ? count(doc.deadLetters.total) + ' since the start; ./bridge replay publishes them again' : 'None since the start');
    id('letters').hidden = !list.length;
    keyed(id('letters').tBodies[0], list, r => r.reason, () => {
      const item = row(['', 'Count', ''], ['', 'n', 'all']);
      item.places = make('div', 'places dim', item.cells[2]);
      return item;
    }, (item, r) => {
      say(item.cells[0], r.reason);
      say(item.cells[1], count(r.count));
      keyed(item.places, r.last, p => p.storedAt + p.sequenceNumber, () => ({ root: make('span') }),
        (place, p) => say(place.root, `${moment(time(p.storedAt), time(doc.at))}  ${p.shard || ''}  ${p.sequenceNumber || ''}`));
    });
  }

  // --- all of it
  function header(doc) {
    const bridge = doc.bridge, down = doc.checks.filter(c => !c.up).map(c => c.id), pill = id('ready');
    say(id('name'), bridge.application);
    document.title = (doc.ready ? '' : '(!) ') + bridge.application;
    say(id('where'), `${bridge.stream}${bridge.region ? ' in ' + bridge.region : ''} → ${bridge.topic} at ${bridge.endpoint}`);
    pillSays(pill, doc.ready ? 'ok' : 'failing', doc.ready ? 'Ready' : 'Not ready: ' + down.join(', '));
    say(id('about'), `Version ${bridge.version}, client id ${bridge.clientId}, up for ${span((time(doc.at) - time(bridge.startedAt)) / 1000)}`);
  }
  function pillSays(pill, state, text) {
    if (!pill.icon) {
      pill.replaceChildren();
      pill.icon = glyph(pill);
      pill.word = make('span', '', pill);
    }
    mark(pill, state);
    draw(pill.icon, state);
    say(pill.word, text);
  }
  function show(doc) {
    document.querySelector('main').hidden = false;
    header(doc);
    const ackNow = charts(doc);
    path(doc, ackNow);
    timeline(doc);
    shards(doc);
    connections(doc);
    letters(doc);
  }
  function gone() {
    const ago = seenAt === null ? null : (performance.now() - seenAt) / 1000;
    if (ago !== null && ago < 3) return;
    id('gone').hidden = false;
    say(id('gone-says'), ago === null ? 'The bridge does not answer.' : `No answer from the bridge. What you see is how it was at ${clock(last)}`);
    say(id('gone-for'), ago === null ? '' : `, ${span(ago)} ago.`);
    pillSays(id('ready'), 'gone', 'No answer');
    document.title = '(?) ' + document.title.replace(/^\(.\) /, '');
    id('path').classList.remove('flows');
  }
  async function ask() {
    let doc = null;
    try {
      const answer = await fetch('status', { signal: AbortSignal.timeout(TIMEOUT), cache: 'no-store' });
      doc = answer.ok ? await answer.json() : null;
    } catch (unreachable) {
      // Said below, with for how long.
    }
    if (!doc) {
      gone();
      return;
    }
    seenAt = performance.now();
    last = Date.now();
    id('gone').hidden = true;
    remember(doc);
    show(doc);
  }
  // Nobody looks at a hidden tab.
  const turn = () => (document.hidden ? Promise.resolve() : ask()).finally(() => setTimeout(turn, EVERY));
  turn();
})();
