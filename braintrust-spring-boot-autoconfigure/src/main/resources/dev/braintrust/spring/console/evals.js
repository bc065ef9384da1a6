import { copyButton, count, duration, el, link, percent, time } from './dom.js';
import { contains, TraceList } from './list.js';

// The list of experiments, the latest first, and the view of one experiment with its rows compared with a baseline.

const STATES = { RUNNING: 'running', ENDED: 'ended', CANCELLED: 'cancelled', FAILED: 'failed' };

export class ExperimentList extends TraceList {

	constructor(onopen) {
		super(onopen, { id: 'experiments', label: 'Experiments', rowHeight: 68 });
	}

	matches(experiment, word) {
		return (word === 'is:error') ? experiment.errors > 0 || experiment.state === 'FAILED'
			: (word === 'is:running') ? experiment.state === 'RUNNING' : contains([experiment.name, experiment.project], word);
	}

	waiting() {
		return [el('h2', null, 'No experiment yet'), el('p', null, 'Run an experiment in this application. It appears here as soon as it starts.')];
	}

	nothing() {
		return [el('h2', null, 'No such experiment')];
	}

	row(experiment) {
		const running = experiment.state === 'RUNNING';
		return el('div', { class: 'trace-row', role: 'option', 'aria-setsize': this.shown.length, 'aria-posinset': this.shown.indexOf(experiment) + 1 },
			el('div', { class: 'line' }, el('strong', { dir: 'auto' }, experiment.name),
				(this.project === '' && this.several) ? el('span', { class: 'project' }, experiment.project) : null,
				el('time', { datetime: new Date(experiment.start).toISOString() }, time(experiment.start))),
			el('div', { class: 'line said' }, Object.entries(experiment.scores).map(([name, score]) => `${name} ${percent(score.mean)}`).join(' · ') || '\u2013'),
			el('div', { class: 'line facts' },
				el('span', { class: running ? 'running' : (experiment.state === 'FAILED') ? 'failed' : null }, running ? `${experiment.ended} of ${experiment.total}` : STATES[experiment.state]),
				el('span', null, count(experiment.total, 'row')),
				(experiment.errors > 0) ? el('span', { class: 'failed' }, count(experiment.errors, 'error')) : null));
	}

}

class Rows extends TraceList {

	constructor(onopen) {
		super(onopen, { id: 'rows', label: 'Rows', rowHeight: 58, widest });
	}

	matches(row, word) {
		return (word === 'is:error') ? hasFailed(row) : (word === 'is:worse') ? Object.values(row.differences).some((difference) => difference < 0)
			: (word === 'is:better') ? Object.values(row.differences).some((difference) => difference > 0) : contains([row.input, row.output, row.error], word);
	}

	waiting() {
		return [el('p', null, 'No row has ended yet.')];
	}

	nothing() {
		return [el('h2', null, 'No such row'), el('p', null, el('code', null, 'is:error'), ' finds those that failed, ', el('code', null, 'is:worse'), ' and ', el('code', null, 'is:better'), ' those whose scores have changed.')];
	}

	row(row) {
		return el('div', { class: 'trace-row', role: 'option', 'aria-setsize': this.shown.length, 'aria-posinset': this.shown.indexOf(row) + 1 },
			el('div', { class: 'line said', dir: 'auto' }, el('span', null, `${row.index + 1}${(row.trial > 0) ? `.${row.trial + 1}` : ''}  `),
				row.input ?? '(its trace is not kept)', el('span', { class: 'arrow' }, ' → '),
				(row.error !== undefined) ? el('span', { class: 'failed' }, row.error) : row.output),
			el('div', { class: 'line facts' },
				...Object.entries(row.scores).map(([name, value]) => el('span', null, `${name} `, el('strong', null, percent(value)), change(row.differences[name]))),
				...row.failed.map((name) => el('span', { class: 'failed' }, `${name} failed`)),
				el('span', null, duration(row.millis)), (row.tokens > 0) ? el('span', null, count(row.tokens, 'token')) : null));
	}

	// Stepping through rows only selects them.
	move(by) {
		if (this.shown.length > 0) {
			this.rows.select(Math.min(this.shown.length - 1, Math.max(0, this.rows.selected + by)));
		}
	}

	enter() {
		this.open(this.rows.selected);
	}

}

// The index of the row whose scores need the most room.
function widest(rows) {
	const room = (row) => Object.keys(row.scores).reduce((sum, name) => sum + name.length + 16, 0) + row.failed.join().length;
	return rows.reduce((most, row, index) => ((room(row) > room(rows[most])) ? index : most), 0);
}

function hasFailed(row) {
	return row.error !== undefined || row.failed.length > 0;
}

// The difference of a score to the baseline.
function change(difference) {
	return difference ? el('span', { class: (difference < 0) ? 'failed' : 'running' }, ` ${(difference < 0) ? '−' : '+'}${Math.abs(difference * 100).toFixed(1)}`) : null;
}

export class ExperimentView {

	// The callbacks show a row, go back, and select another baseline.
	constructor(onopen, onback, onbaseline) {
		this.rows = new Rows(onopen);
		this.onback = onback;
		this.baselines = el('select', { onchange: () => onbaseline(this.baselines.value) });
		this.head = el('div');
		this.scores = el('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Scores' });
		this.copies = el('div', { class: 'switch', role: 'group', 'aria-label': 'Copy the experiment' },
			copyButton('Copy JSON', () => ({ text: JSON.stringify(this.experiment, null, 2), done: 'Copied' })),
			copyButton('Copy test', () => ({ text: experimentTest(this.experiment), done: 'Copied' })));
		this.nodes = [el('header', null, this.head,
			el('div', { class: 'actions' }, el('label', null, 'Compare with ', this.baselines), this.copies), this.scores), ...this.rows.nodes];
	}

	// Start reading an experiment. Each row is read once, after it has ended.
	begin(key) {
		this.key = key;
		this.known = [];
	}

	// Return false if the experiment must be read from the first row again.
	take(one) {
		if (one.from !== this.known.length) {
			return false;
		}
		if (one.from > 0 && one.baseline !== this.experiment.baseline) {
			this.begin(this.key);
			return false;
		}
		this.known.push(...one.rows.map((row) => ({ ...row, id: `${row.index}.${row.trial}` })));
		const rows = [...this.known].sort((a, b) => a.index - b.index || a.trial - b.trial);
		this.experiment = { ...one, id: String(one.id), rows };
		return true;
	}

	show(query) {
		const experiment = this.experiment;
		const options = [['', 'nothing'], ...experiment.baselines.map((other) => [String(other.id), `${other.name}, ${time(other.start)}`])];
		const text = JSON.stringify(options);
		if (text !== this.options) {
			this.options = text;
			this.baselines.replaceChildren(...options.map(([value, label]) => el('option', { value }, label)));
		}
		this.baselines.value = String(experiment.baseline ?? '');
		this.head.replaceChildren(...head(experiment, this.onback));
		this.scores.replaceChildren(scores(experiment));
		this.rows.note.textContent = (experiment.rows.length < experiment.ended) ? `${count(experiment.ended - experiment.rows.length, 'row')} more: there was no room for them.` : '';
		this.rows.note.hidden = experiment.rows.length === experiment.ended;
		this.filter(query);
	}

	filter(query) {
		this.rows.show(this.experiment.rows, '', query, { trace: this.rows.shown[this.rows.rows.selected]?.id });
	}

}

function head(experiment, onback) {
	const running = experiment.state === 'RUNNING';
	return [el('button', { type: 'button', class: 'back', onclick: onback }, '‹ Experiments'),
		el('h2', { dir: 'auto' }, experiment.name),
		el('p', { class: 'chips' }, el('span', { class: 'chip' }, experiment.project),
			el('span', { class: `chip ${(experiment.state === 'FAILED') ? 'failed' : ''}` }, STATES[experiment.state]),
			el('span', null, `${time(experiment.start)} · ${running ? '' : `${duration(experiment.end - experiment.start)} · `}${running ? `${experiment.ended} of ` : ''}${count(experiment.total, 'row')}`),
			(experiment.errors > 0) ? el('span', { class: 'failed' }, count(experiment.errors, 'error')) : null,
			(experiment.tokens > 0) ? el('span', null, count(experiment.tokens, 'token')) : null,
			(experiment.url !== undefined) ? link(experiment.url, 'Open in Braintrust') : el('span', { class: 'chip' }, experiment.sent ? 'sent' : 'not sent')),
		(experiment.failure !== undefined) ? el('p', { class: 'error', dir: 'auto' }, experiment.failure) : ''];
}

function scores(experiment) {
	const changes = experiment.comparison;
	const names = Object.keys(changes ?? experiment.scores);
	if (names.length === 0) {
		return el('p', { class: 'note' }, 'No score yet.');
	}
	const titles = ['Score', 'Mean', ...((changes === undefined) ? [] : ['Change', 'Better', 'Worse', 'Before'])];
	return el('table', { class: 'scores' }, el('thead', null, el('tr', null, ...titles.map((title) => el('th', { scope: 'col' }, title)))),
		el('tbody', null, ...names.map((name) => {
			const score = experiment.scores[name];
			const compared = changes?.[name];
			return el('tr', null, el('th', { scope: 'row', dir: 'auto' }, name),
				el('td', null, percent(score?.mean), (score?.standardError > 0) ? ` ± ${(score.standardError * 100).toFixed(1)}` : ''),
				...((compared === undefined) ? [] : [el('td', null, (compared.matched > 0) ? change(compared.difference) ?? '=' : '–'),
					el('td', null, String(compared.better)), el('td', null, String(compared.worse)), el('td', null, percent(compared.before))]));
		})));
}

// Assertions that the experiment passes, for a test.
function experimentTest(experiment) {
	const lines = (experiment.errors === 0) ? ['assertThat(result.errors()).isEmpty();'] : [`assertThat(result.errors()).hasSizeLessThanOrEqualTo(${experiment.errors});`];
	for (const [name, score] of Object.entries(experiment.scores)) {
		if (typeof score.mean === 'number') {
			lines.push(`assertThat(result.score(${JSON.stringify(name)}).mean()).isGreaterThanOrEqualTo(${Math.floor(score.mean * 1000) / 1000});`);
		}
	}
	return `${lines.join('\n')}\n`;
}
