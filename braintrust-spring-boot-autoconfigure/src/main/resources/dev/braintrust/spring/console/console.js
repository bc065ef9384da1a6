import { copyButton, count, duration, el, bytes, time } from './dom.js';
import { detail } from './detail.js';
import { ExperimentList, ExperimentView } from './evals.js';
import { TraceList } from './list.js';
import { thread } from './thread.js';
import { SpanTree } from './tree.js';
import { traceTest, traceText } from './copy.js';

// Holds the data and the selection. The selection is in the address: #/project/trace/span, with ?thread for the
// conversation and ?eval=experiment for the trace of a row; #/~evals, #/~evals/experiment.

const POLL = 1000;

const PATIENCE = 4000;

const ADDRESS = /^(?:([a-z0-9-]+)(?:\/([0-9a-f]{32})(?:\/([0-9a-f]{16}))?)?)?$/;

const EVALS = /^~evals(?:\/(\d{1,9}))?$/;

const node = (id) => document.getElementById(id);

const search = node('search');

const known = { instance: '', version: 0, traces: new Map(), projects: [], experiments: [] };

const shown = { project: '', evals: false, experiment: null, baselines: new Map(), trace: null, span: null, thread: false, raw: false, drawn: false, detail: '' };

const list = new TraceList((trace) => {
	if (narrow() || document.body.dataset.view === 'list' || shown.trace !== trace.id) {
		go(trace.project, trace.id, null);
	}
});

const experimentList = new ExperimentList((experiment) => visit(`~evals/${experiment.id}`));

const experiment = new ExperimentView((row) => (row.trace !== undefined) && go(experiment.experiment.project, row.trace, null), () => visit('~evals'), (baseline) => {
	shown.baselines.set(shown.experiment, baseline);
	drawExperiment();
});

const listed = () => (shown.evals ? experimentList : list);

const tree = new SpanTree((span) => go(shown.ofProject, shown.trace, span.id));

function narrow() {
	return matchMedia('(max-width: 700px)').matches;
}

// ---- the address

function go(project, trace, span) {
	if (shown.evals && trace === null) {
		visit(`~evals${(shown.trace !== null) ? `/${shown.experiment}` : ''}`);
		return;
	}
	const path = [project, trace, span].filter((part) => part !== null && part !== undefined).map(encodeURIComponent).join('/');
	visit(path + query(shown.thread && span === null), span, trace);
}

function query(isThread) {
	const options = [isThread ? 'thread' : '', shown.evals ? `eval=${shown.experiment}` : ''].filter((option) => option !== '');
	return (options.length > 0) ? `?${options.join('&')}` : '';
}

function visit(path, span = null, trace = null) {
	const target = `#/${path}`;
	if (location.hash !== target) {
		// Stepping through the spans of a trace leaves only one history entry.
		if (span !== null && shown.span !== null && trace === shown.trace) {
			history.replaceState(null, '', target);
		}
		else {
			history.pushState(null, '', target);
		}
		follow();
	}
}

function entitle(name) {
	document.title = (name !== '') ? `${name} · Braintrust console` : 'Braintrust console';
}

function follow() {
	const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
	const options = new URLSearchParams(query ?? '');
	// The hash is untrusted and becomes part of request paths, so only exact matches are used.
	const evals = EVALS.exec(path);
	const [, project, trace, span] = (evals !== null) ? [] : ADDRESS.exec(path) ?? ['', 'none', '0'.repeat(32)];
	shown.experiment = evals?.[1] ?? /^\d{1,9}$/.exec(options.get('eval') ?? '')?.[0] ?? null;
	shown.evals = evals !== null || shown.experiment !== null;
	const other = trace !== (shown.trace ?? undefined) || project !== shown.ofProject;
	shown.ofProject = project || null;
	shown.trace = trace || null;
	shown.span = span || null;
	shown.thread = options.has('thread');
	document.body.dataset.view = shown.span ? 'span' : (shown.trace || shown.experiment) ? 'trace' : 'list';
	if (other) {
		entitle('');
		shown.drawn = false;
		shown.entering = false;
		tree.lines = [];
	}
	drawViews();
	drawList();
	drawTrace(other);
	drawSpan();
}

// ---- data of the application

async function fetchJson(path) {
	const response = await fetch(`api/${path}`);
	if (!response.ok) {
		throw Object.assign(new Error(await response.text()), { status: response.status });
	}
	return response.json();
}

// The spans of the displayed trace. Each request fetches only the changed ones.
let read = null;

// Return the trace and the ids of its new, changed or open spans, or null if another trace was selected meanwhile.
async function readTrace(path) {
	if (read?.path !== path) {
		read = { path, version: 0, spans: new Map() };
	}
	const one = read;
	const later = one.spans.size > 0;
	const answer = await fetchJson(`${path}?since=${one.version}`);
	if (read !== one) {
		return null;
	}
	const changed = new Set();
	for (const span of answer.spans) {
		if (span.state === 'OPEN' || JSON.stringify(one.spans.get(span.id)) !== JSON.stringify(span)) {
			changed.add(span.id);
		}
		one.spans.set(span.id, span);
	}
	one.version = Math.max(one.version, answer.version);
	if (one.spans.size > answer.total) {
		// The application has dropped spans of this trace, so read all again.
		read = null;
		return readTrace(path);
	}
	return { later, changed, spans: [...one.spans.values()].sort((a, b) => a.start - b.start), total: answer.total };
}

async function poll() {
	let pause = POLL;
	try {
		const state = await fetchJson(`state?since=${known.version}`);
		if (known.instance !== '' && state.instance !== known.instance) {
			// The application was restarted.
			known.instance = '';
			known.version = 0;
			known.traces = new Map();
			known.projects = [];
			known.experiments = [];
			shown.baselines.clear();
			read = null;
			shown.drawn = false;
			experiment.begin('');
			return poll();
		}
		known.instance = state.instance;
		known.version = state.version;
		known.state = state;
		take(state);
		say();
	}
	catch (error) {
		pause = PATIENCE;
		node('status').textContent = (error.status === undefined) ? 'The application does not answer' : error.message;
		node('status').className = 'failed';
	}
	setTimeout(() => (document.hidden ? addEventListener('visibilitychange', poll, { once: true }) : poll()), pause);
	return undefined;
}

function take(state) {
	let changed = JSON.stringify(state.projects) !== JSON.stringify(known.projects);
	known.projects = state.projects;
	let current = false;
	if (state.experiments !== undefined) {
		const fresh = state.experiments.map((each) => ({ ...each, id: String(each.id) }));
		known.experiments = [...fresh, ...known.experiments.filter((each) => Number(each.id) >= state.oldestExperiment && fresh.every((other) => other.id !== each.id))]
			.sort((a, b) => b.id - a.id);
		current ||= shown.experiment !== null && shown.trace === null;
		changed = true;
	}
	for (const trace of state.traces) {
		const key = `${trace.project}/${trace.id}`;
		// The version of an open trace grows with each poll, so compare the rest.
		const text = (trace.open > 0) ? JSON.stringify({ ...trace, version: 0 }) : String(trace.version);
		const before = known.traces.get(key);
		current ||= trace.id === shown.trace;
		known.traces.set(key, { ...trace, text });
		changed ||= before?.text !== text;
	}
	// The application has dropped the traces with lower versions.
	for (const [key, trace] of known.traces) {
		if (trace.version < state.oldest) {
			known.traces.delete(key);
			changed = true;
		}
	}
	if (changed) {
		drawViews();
		drawProjects();
		drawList();
	}
	if (current || ((shown.trace !== null || shown.experiment !== null) && !shown.drawn)) {
		drawTrace(false);
	}
}

function say() {
	const state = known.state;
	const parts = [shown.evals ? count(known.experiments.length, 'experiment') : count(traces().length, 'trace'), `${bytes(state.bytes)} of ${bytes(state.maxBytes)}`];
	if (state.evicted > 0) {
		parts.push(`${count(state.evicted, 'older trace')} dropped`);
	}
	if (state.missed > 0) {
		parts.push(`${count(state.missed, 'span')} missed`);
	}
	const text = parts.join(' · ');
	if (listed().note.textContent !== text) {
		listed().note.textContent = text;
	}
	if (node('status').textContent !== 'Live') {
		node('status').textContent = 'Live';
		node('status').className = 'live';
	}
}

// ---- drawing

function drawProjects() {
	const entries = (known.projects.length > 1) ? [{ key: '' }, ...known.projects] : known.projects;
	node('projects').replaceChildren(...((known.projects.length === 0) ? [] : entries.map((project) => {
		const button = el('button', { type: 'button', 'aria-pressed': String(shown.project === project.key), title: stateOf(project),
			onclick: () => {
				shown.project = project.key;
				drawProjects();
				drawList();
			} }, (project.key === '') ? 'All' : project.key);
		if (project.lost > 0 || project.state === 'FAILING' || project.state === 'RETRYING') {
			button.append(el('span', { class: 'failed' }, ' ●', el('span', { class: 'hidden' }, ' export fails')));
		}
		return button;
	})));
}

function stateOf(project) {
	if (project.key === '') {
		return 'All projects';
	}
	if (!project.exported) {
		return 'Without an API key: recorded here and nowhere else';
	}
	return `To ${project.destination}: ${project.sent} sent, ${project.queued} waiting, ${project.lost} lost${(project.error !== undefined) ? `. Last failure: ${project.error}` : ''}`;
}

// Without the traces of experiments, which the rows of their experiment link to.
function traces() {
	return [...known.traces.values()].filter((trace) => !trace.row);
}

function drawViews() {
	node('views').hidden = known.experiments.length === 0 && !shown.evals;
	node('views').replaceChildren(...[['Traces', '', false], ['Evaluations', '~evals', true]].map(([label, path, evals]) => el('button',
		{ type: 'button', 'aria-pressed': String(shown.evals === evals), onclick: () => visit(path) }, label)));
	if (node('list').firstChild !== listed().rows.node) {
		node('list').replaceChildren(...listed().nodes);
		node('list').setAttribute('aria-label', shown.evals ? 'Experiments' : 'Traces');
		if (known.state !== undefined) {
			say();
		}
		search.placeholder = shown.evals ? 'Search evaluations' : 'Search traces';
		search.previousElementSibling.textContent = search.placeholder;
	}
}

function drawList() {
	const several = known.projects.length > 1;
	if (shown.evals) {
		const inside = shown.experiment !== null;
		experimentList.show(known.experiments, shown.project, inside ? '' : search.value,
			{ project: known.experiments.find((each) => each.id === shown.experiment)?.project, trace: shown.experiment }, several);
		if (inside && shown.trace === null && experiment.experiment?.id === shown.experiment) {
			experiment.filter(search.value);
		}
	}
	else {
		list.show(traces().sort((a, b) => b.start - a.start), shown.project, search.value, { project: shown.ofProject, trace: shown.trace }, several);
	}
}

// Draw an experiment and its comparison with a baseline. Fetches only new rows.
async function drawExperiment() {
	const id = shown.experiment;
	const chosen = shown.baselines.get(id);
	const key = `${id} ${chosen}`;
	if (experiment.key !== key) {
		experiment.begin(key);
	}
	const from = experiment.known.length;
	try {
		const one = await fetchJson(`experiments/${id}?from=${from}${(chosen !== undefined) ? `&baseline=${chosen || 0}` : ''}`);
		if (shown.experiment !== id || shown.trace !== null) {
			return;
		}
		if (experiment.key !== key || !experiment.take(one)) {
			drawExperiment();
			return;
		}
		if (node('trace').firstChild !== experiment.nodes[0]) {
			node('trace').replaceChildren(...experiment.nodes);
		}
		experiment.show(search.value);
		shown.drawn = true;
		entitle(one.name);
	}
	catch (error) {
		if (shown.experiment === id && shown.trace === null && error.status === 404) {
			shown.drawn = true;
			node('trace').replaceChildren(el('div', { class: 'empty' }, el('h2', null, 'This experiment is not here'), el('p', null, 'It was dropped for newer ones, or the application has started anew.')));
		}
	}
}

async function drawTrace(anew) {
	const section = node('trace');
	if (shown.trace === null && shown.experiment !== null) {
		drawExperiment();
		return;
	}
	if (shown.trace === null) {
		entitle('');
		section.replaceChildren(el('div', { class: 'empty' }, el('p', null, shown.evals ? 'Select an experiment. ' : 'Select a trace. '), el('p', { class: 'keys' }, el('kbd', null, 'j'), ' ', el('kbd', null, 'k'), ' to walk, ', el('kbd', null, 'Enter'), ' to go in, ', el('kbd', null, 'Esc'), ' to go back, ', el('kbd', null, '/'), ' to search')));
		return;
	}
	const path = `traces/${shown.ofProject}/${shown.trace}`;
	const ofThread = shown.thread;
	const asked = `${path} ${ofThread}`;
	const isAsked = () => asked === `traces/${shown.ofProject}/${shown.trace} ${shown.thread}`;
	let trace;
	try {
		trace = await readTrace(ofThread ? `${path}/rows` : path);
	}
	catch (error) {
		if (error.status === 404 && isAsked()) {
			shown.drawn = false;
			section.replaceChildren(el('div', { class: 'empty' }, el('h2', null, 'This trace is not here'), el('p', null, 'It was dropped for newer ones, or the application has started anew.')));
		}
		return;
	}
	const first = !shown.drawn || shown.threaded !== ofThread || !section.contains(ofThread ? section.querySelector('.thread') : tree.node);
	if (trace === null || !isAsked() || (!first && !anew && trace.changed.size === 0)) {
		return;
	}
	if (trace.later && trace.changed.has(shown.span)) {
		drawSpan();
	}
	const focused = section.contains(document.activeElement) && document.activeElement === tree.rows.node;
	shown.drawn = true;
	shown.threaded = ofThread;
	const head = traceHead(trace.spans);
	if (shown.thread) {
		section.replaceChildren(head, thread(trace, `api/${path}`, shown.raw, (span) => go(shown.ofProject, shown.trace, span.id)));
	}
	else {
		if (first) {
			section.replaceChildren(head, tree.node);
		}
		else {
			section.firstElementChild.replaceWith(head);
		}
		tree.show(trace.spans, shown.span);
		if (focused) {
			tree.rows.node.focus();
		}
		if (shown.entering) {
			enter();
		}
	}
	shown.title = trace.spans[0]?.name ?? 'Trace';
	if (shown.span === null) {
		entitle(shown.title);
	}
}

function traceHead(spans) {
	const start = Math.min(...spans.slice(0, 1).map((span) => span.start));
	const end = spans.reduce((latest, span) => Math.max(latest, span.end), 0);
	const tab = (label, isThread) => el('button', { type: 'button', 'aria-pressed': String(shown.thread === isThread), onclick: () => {
		shown.thread = isThread;
		history.pushState(null, '', `#/${shown.ofProject}/${shown.trace}${query(isThread)}`);
		follow();
	} }, label);
	// A large trace is truncated, so the button says how much was copied.
	const rows = (write) => async () => {
		const trace = await fetchJson(`traces/${shown.ofProject}/${shown.trace}/rows`);
		return { text: write(trace.spans), done: (trace.spans.length < trace.total) ? `Copied ${trace.spans.length} of ${count(trace.total, 'span')}` : 'Copied' };
	};
	return el('header', null,
		el('button', { type: 'button', class: 'back', onclick: () => go(null, null, null) }, shown.evals ? '‹ Rows' : '‹ Traces'),
		el('h2', { dir: 'auto' }, spans[0]?.name ?? ''),
		el('p', { class: 'chips' }, el('span', { class: 'chip' }, shown.ofProject), el('span', null, `${time(start)} · ${duration(Math.max(0, end - start))} · ${count(spans.length, 'span')}`)),
		el('div', { class: 'actions' },
			el('div', { class: 'switch', role: 'group', 'aria-label': 'View' }, tab('Tree', false), tab('Thread', true)),
			el('div', { class: 'switch', role: 'group', 'aria-label': 'Copy the trace' },
				copyButton('Copy JSON', rows((spans) => JSON.stringify(spans, null, 2))),
				copyButton('Copy text', rows((spans) => traceText(shown.ofProject, shown.trace, spans))),
				copyButton('Copy test', rows((spans) => traceTest(shown.ofProject, spans))))));
}

async function drawSpan() {
	const section = node('span');
	if (shown.span === null) {
		section.replaceChildren();
		shown.detail = '';
		if (shown.trace !== null && shown.drawn) {
			entitle(shown.title);
		}
		return;
	}
	const path = `traces/${shown.ofProject}/${shown.trace}/${shown.span}`;
	const asked = shown.span;
	if (tree.lines[tree.rows.selected]?.span.id !== asked && shown.drawn && !shown.thread && shown.threaded === shown.thread) {
		tree.reveal(asked);
		tree.flatten(asked);
		tree.rows.select(tree.rows.selected);
	}
	let span;
	try {
		span = await fetchJson(path);
	}
	catch (error) {
		if (asked === shown.span) {
			shown.detail = '';
			section.replaceChildren(el('div', { class: 'empty' }, el('p', null, (error.status === 404) ? 'This span is not here.' : error.message)));
		}
		return;
	}
	const text = JSON.stringify(span);
	if (asked !== shown.span || text === shown.detail) {
		return;
	}
	const other = shown.detailOf !== asked;
	shown.detail = text;
	shown.detailOf = asked;
	const place = section.scrollTop;
	section.replaceChildren(...detail(span, `api/${path}`, shown.raw, {
		back: () => go(shown.ofProject, shown.trace, null),
		rawButton: () => el('button', { type: 'button', class: 'copy', 'aria-pressed': String(shown.raw), onclick: () => {
			shown.raw = !shown.raw;
			shown.detail = '';
			drawSpan();
		} }, 'Raw')
	}).filter((child) => child !== null));
	section.scrollTop = other ? 0 : place;
	entitle(span.name);
}

// ---- the keyboard

function back() {
	if (document.activeElement === search) {
		search.value = '';
		drawList();
		listed().rows.node.focus();
	}
	else if (shown.span !== null) {
		go(shown.ofProject, shown.trace, null);
		tree.rows.node.focus();
	}
	else if (shown.trace !== null && shown.thread) {
		shown.thread = false;
		go(shown.ofProject, shown.trace, null);
	}
	else if (shown.trace !== null || shown.experiment !== null) {
		const row = shown.trace !== null && shown.evals;
		go(null, null, null);
		(row ? experiment.rows : listed()).rows.node.focus();
	}
}

// Move the focus into the trace, or as soon as the trace is drawn.
function enter() {
	shown.entering = !shown.drawn;
	if (!shown.entering) {
		tree.rows.node.focus();
		tree.move((tree.rows.selected < 0) ? 1 : 0);
	}
}

function inTree() {
	return document.activeElement === tree.rows.node || (shown.span !== null && document.activeElement !== listed().rows.node);
}

function inRows() {
	return document.activeElement === experiment.rows.rows.node;
}

const KEYS = {
	j: (by) => (inRows() ? experiment.rows : inTree() ? tree : listed()).move(by),
	ArrowLeft: () => tree.out(),
	ArrowRight: () => tree.into()
};

addEventListener('keydown', (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey) {
		return;
	}
	const typing = event.target === search;
	const within = event.target.closest('a, button, summary, audio, pre') !== null;
	let done = true;
	if (event.key === 'Escape') {
		back();
	}
	else if (typing) {
		done = event.key === 'ArrowDown' || event.key === 'Enter';
		if (done) {
			const found = (shown.experiment !== null && shown.trace === null) ? experiment.rows : listed();
			found.rows.node.focus();
			found.move((found.rows.selected < 0) ? 1 : 0);
		}
	}
	else if (event.key === '/') {
		search.focus();
		search.select();
	}
	else if (event.key === 'j' || (event.key === 'ArrowDown' && !within)) {
		KEYS.j(1);
	}
	else if (event.key === 'k' || (event.key === 'ArrowUp' && !within)) {
		KEYS.j(-1);
	}
	else if (event.key === 'Home' && !within) {
		KEYS.j(-1e9);
	}
	else if (event.key === 'End' && !within) {
		KEYS.j(1e9);
	}
	else if (event.key === 'Enter' && !within) {
		if (document.activeElement === tree.rows.node) {
			node('span').querySelector('h2')?.focus();
		}
		else if (inRows()) {
			experiment.rows.enter();
		}
		else if (shown.trace !== null) {
			enter();
		}
		else if (shown.experiment !== null) {
			experiment.rows.rows.node.focus();
			experiment.rows.move((experiment.rows.rows.selected < 0) ? 1 : 0);
		}
	}
	else if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && inTree() && !within) {
		KEYS[event.key]();
	}
	else {
		done = false;
	}
	if (done) {
		event.preventDefault();
	}
});

search.addEventListener('input', drawList);

addEventListener('hashchange', follow);

addEventListener('popstate', follow);

follow();

poll();
