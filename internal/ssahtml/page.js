'use strict';
// The page's content is in #data: see pageData in page.go. Columns are filled when they are first opened.
const data = JSON.parse(document.getElementById('data').textContent);
const $ = id => document.getElementById(id);
const el = (tag, cls, text) => {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  if (text !== undefined) e.textContent = text;
  return e;
};

// Values and blocks that are lit up, each with its colour.
const colours = 6;
const lit = new Map();
let litLine = 0;

const token = /"(?:[^"\\]|\\.)*"|\{[^}]*\}|\b[vb]\d+\b/g;

// text splits a line of SSA into mentions of values and blocks and the rest.
function text(parent, s) {
  let at = 0;
  for (const m of s.matchAll(token)) {
    if (m.index > at) parent.append(s.slice(at, m.index));
    const t = m[0];
    if (t[0] === '"' || t[0] === '{') {
      parent.append(el('span', 'x', t));
    } else {
      const e = el('span', t[0] + ' ' + t, t);
      e.dataset.t = t;
      if (lit.has(t)) e.classList.add('m' + lit.get(t));
      parent.append(e);
    }
    at = m.index + t.length;
  }
  parent.append(s.slice(at));
}

// row shows one line; known holds the lines of the pass before.
function row(col, n, at, known) {
  const r = el('div', 'row');
  if (n < 0) { r.classList.add('none'); return r; }
  const s = data.lines[n];
  const no = el('span', 'no', at > 0 ? at : '');
  r.append(no);
  if (at > 0) { r.dataset.line = at; if (at === litLine) r.classList.add('marked'); }
  if (col.kind === 'ssa') {
    if (/^b\d+:/.test(s)) r.classList.add('head');
    if (known && !known.has(n)) r.classList.add('fresh');
    const code = el('span');
    text(code, s);
    r.append(code);
  } else {
    r.append(s);
  }
  return r;
}

const columns = data.columns.map((col, i) => ({col, i, hits: []}));

function build(c) {
  const two = c.col.rows.some(r => r.length === 4);
  const sec = el('section', c.col.kind + (two ? ' two' : '') + (c.col.same ? ' same' : ''));
  sec.dataset.pass = c.col.name;
  const bar = el('button', 'bar');
  bar.append(el('span', 'name', c.col.name), el('span', 'note', c.col.note), el('span', 'hits'));
  bar.onclick = () => { toggle(c); show(c); };
  bar.setAttribute('aria-expanded', 'false');
  sec.append(bar);
  c.sec = sec;
  c.two = two;
  return sec;
}

function fill(c) {
  if (c.body) return;
  if (c.col.graphs) {
    const actions = el('div', 'actions');
    const button = el('button', 'graph', 'Graph');
    button.onclick = () => graph(c, button);
    actions.append(button);
    c.sec.append(actions);
    c.actions = actions;
  }
  c.body = el('div', 'body');
  const before = c.i > 0 && columns[c.i - 1].col.kind === 'ssa' && c.col.kind === 'ssa' && !c.two
    ? new Set(columns[c.i - 1].col.rows.map(r => r[0])) : null;
  const frag = document.createDocumentFragment();
  c.rows = [];
  for (const r of c.col.rows) {
    if (!c.two) {
      const e = row(c.col, r[0], r[1], before);
      frag.append(e);
      c.rows.push(e);
      continue;
    }
    const pair = el('div', 'pair');
    const normal = n => n < 0 ? null : data.lines[n].replace(/\b([vb])\d+\b|^0x[0-9a-f]+ \d+ |\b(J[A-Z]+)\t\d+/g, '$1$2');
    if (normal(r[0]) !== normal(r[2])) pair.classList.add('differs');
    pair.append(row(c.col, r[0], r[1]), row(c.col, r[2], r[3]));
    frag.append(pair);
    c.rows.push(pair);
  }
  c.body.append(frag);
  c.sec.append(c.body);
}

function graph(c, button) {
  if (c.graphs) { c.graphs.remove(); c.graphs = null; button.textContent = 'Graph'; return; }
  c.graphs = el('div', 'graphs');
  c.graphs.innerHTML = c.col.graphs.map(g => data.graphs[g]).join('');
  for (const g of c.graphs.querySelectorAll('g.b')) if (lit.has(g.dataset.t)) g.classList.add('m' + lit.get(g.dataset.t));
  c.actions.after(c.graphs);
  const entry = c.graphs.querySelector('g.b rect');
  if (entry) c.graphs.scrollLeft = entry.x.baseVal.value + entry.width.baseVal.value / 2 - c.graphs.clientWidth / 2;
  show(c);
  button.textContent = 'Hide graph';
}

function toggle(c, open = !c.sec.classList.contains('open')) {
  if (open) fill(c);
  c.sec.classList.toggle('open', open);
  c.sec.firstChild.setAttribute('aria-expanded', String(open));
  if (open) showHits(c);
}

// show brings an open column onto the screen.
function show(c) {
  if (c.sec.classList.contains('open')) c.sec.scrollIntoView({inline: 'nearest', block: 'nearest'});
}

// Lighting up.

function light(t) {
  if (lit.has(t)) {
    const m = 'm' + lit.get(t);
    lit.delete(t);
    each(t, e => e.classList.remove(m));
    return;
  }
  const used = new Set(lit.values());
  let m = 0;
  while (m < colours - 1 && used.has(m)) m++;
  lit.set(t, m);
  each(t, e => e.classList.add('m' + m));
}

function each(t, f) { for (const e of document.getElementsByClassName(t)) f(e); }

// center scrolls a column to a row of it, and nothing else.
function center(c, row) { c.body.scrollTop += row.getBoundingClientRect().top - c.body.getBoundingClientRect().top - c.body.clientHeight / 2; }

function lightLine(n, from) {
  litLine = litLine === n ? 0 : n;
  for (const e of document.querySelectorAll('.row.marked')) e.classList.remove('marked');
  if (!litLine) return;
  for (const c of columns) {
    if (!c.body) continue;
    let first = null;
    for (const e of c.body.querySelectorAll('.row[data-line="' + n + '"]')) { e.classList.add('marked'); first = first || e; }
    if (first && !c.body.contains(from)) center(c, first);
  }
}

$('columns').addEventListener('click', ev => {
  const t = ev.target.closest('[data-t]');
  if (t) { light(t.dataset.t); return; }
  const no = ev.target.closest('.no');
  const r = no && no.closest('.row');
  if (r && r.dataset.line) lightLine(Number(r.dataset.line), r);
});

// Search: hits are counted in every column, also in those that are closed, and shown one by one.

let hits = [], current = -1, query = '';

function search(q) {
  query = q.toLowerCase();
  hits = [];
  current = -1;
  const match = query ? data.lines.map(l => l.toLowerCase().includes(query)) : [];
  for (const c of columns) {
    c.hits = [];
    if (query) c.col.rows.forEach((r, i) => {
      if (match[r[0]] || r.length === 4 && match[r[2]]) { c.hits.push(i); hits.push([c, i]); }
    });
    c.sec.querySelector('.hits').textContent = c.hits.length ? c.hits.length : '';
    showHits(c);
  }
  $('found').textContent = query ? hits.length + (hits.length === 1 ? ' hit' : ' hits') : '';
}

function showHits(c) {
  if (!c.body) return;
  for (const e of c.body.querySelectorAll('.hit, .at')) e.classList.remove('hit', 'at');
  for (const i of c.hits) for (const e of c.two ? c.rows[i].children : [c.rows[i]]) e.classList.add('hit');
}

function step(d) {
  if (!hits.length) return;
  current = current < 0 ? (d > 0 ? 0 : hits.length - 1) : (current + d + hits.length) % hits.length;
  const [c, i] = hits[current];
  toggle(c, true);
  for (const e of document.querySelectorAll('.at')) e.classList.remove('at');
  const r = c.two ? c.rows[i].firstChild : c.rows[i];
  r.classList.add('at');
  center(c, r);
  show(c);
  $('found').textContent = (current + 1) + ' of ' + hits.length;
}

$('search').addEventListener('input', ev => search(ev.target.value));
$('search').addEventListener('keydown', ev => {
  if (ev.key === 'Enter') { step(ev.shiftKey ? -1 : 1); ev.preventDefault(); }
});
$('next').onclick = () => step(1);
$('prev').onclick = () => step(-1);
document.addEventListener('keydown', ev => {
  if (ev.key === '/' && document.activeElement !== $('search')) { $('search').focus(); ev.preventDefault(); }
  if (ev.key === 'Escape') { $('search').value = ''; search(''); clear(); }
});

function clear() {
  for (const t of [...lit.keys()]) light(t);
  if (litLine) lightLine(litLine, document.body);
}
$('clear').onclick = clear;

$('all').onclick = () => {
  const open = $('all').textContent === 'Expand all';
  for (const c of columns) if (!open || !c.col.same) toggle(c, open);
  $('all').textContent = open ? 'Collapse all' : 'Expand all';
};

$('theme').onclick = () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === 'dark' ||
    !document.documentElement.classList.contains('light') && matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.classList.remove('dark', 'light');
  document.documentElement.classList.add(dark ? 'light' : 'dark');
};

for (const c of columns) $('columns').append(build(c));
for (const c of columns) if (c.col.open) toggle(c, true);
