import { count, duration, el, time } from './dom.js';
import { Windowed } from './windowed.js';

// The traces, the latest first.
export class TraceList {

	constructor(onopen, options = { id: 'traces', label: 'Traces', rowHeight: 68 }) {
		this.shown = [];
		this.project = '';
		this.onopen = onopen;
		this.rows = new Windowed({
			...options, class: options.id, role: 'listbox',
			render: (index) => this.row(this.shown[index]),
			tallest: options.widest && (() => options.widest(this.shown)),
			onselect: (index) => this.open(index)
		});
		this.empty = el('div', { class: 'empty' });
		this.note = el('p', { class: 'note' });
		this.nodes = [this.rows.node, this.empty, this.note];
	}

	show(traces, project, query, selected, several) {
		this.several = several;
		this.project = project;
		const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
		this.shown = traces.filter((trace) => (project === '' || trace.project === project)
			&& words.every((word) => this.matches(trace, word)));
		this.rows.selected = this.shown.findIndex((trace) => trace.id === selected?.trace && trace.project === selected?.project);
		this.rows.show(this.shown.length);
		this.rows.node.hidden = this.shown.length === 0;
		this.empty.hidden = this.shown.length > 0;
		if (this.shown.length === 0) {
			this.empty.replaceChildren(...((traces.length === 0) ? this.waiting() : this.nothing(query)));
		}
	}

	matches(trace, word) {
		if (word === 'is:error') {
			return trace.errors > 0;
		}
		if (word === 'is:running') {
			return trace.open > 0;
		}
		return contains([trace.name, trace.input, trace.output, trace.id, trace.project], word);
	}

	waiting() {
		return [el('h2', null, 'Nothing recorded yet'),
			el('p', null, 'Use your application. Each trace of a Braintrust project appears here as soon as it begins.'),
			el('p', null, 'Is a client missing? Annotate its bean with ', el('code', null, '@BraintrustProject("…")'), '.')];
	}

	nothing(query) {
		return [el('h2', null, 'No such trace'),
			el('p', null, (query === '') ? 'This project has recorded nothing yet.' : `Nothing here has “${query}” in its name, its input or its output.`),
			el('p', null, el('code', null, 'is:error'), ' finds those that failed, ', el('code', null, 'is:running'), ' those that are open.')];
	}

	row(trace) {
		const failed = trace.errors > 0;
		const running = trace.open > 0;
		const took = running ? 'running' : duration(trace.end - trace.start);
		return el('div', { class: 'trace-row', role: 'option', 'aria-setsize': this.shown.length, 'aria-posinset': this.shown.indexOf(trace) + 1 },
			el('div', { class: 'line' },
				el('strong', { dir: 'auto' }, trace.name),
				(this.project === '' && this.several) ? el('span', { class: 'project' }, trace.project) : null,
				el('time', { datetime: new Date(trace.start).toISOString() }, time(trace.start))),
			el('div', { class: 'line said', dir: 'auto' }, trace.input || '\u2013', el('span', { class: 'arrow' }, ' → '),
				(trace.error !== undefined) ? el('span', { class: 'failed' }, trace.error) : trace.output),
			el('div', { class: 'line facts' },
				el('span', { class: running ? 'running' : null }, took),
				el('span', null, count(trace.spans, 'span')),
				(trace.tokens > 0) ? el('span', null, count(trace.tokens, 'token')) : null,
				failed ? el('span', { class: 'failed' }, count(trace.errors, 'error')) : null));
	}

	open(index) {
		const trace = this.shown[index];
		if (trace !== undefined) {
			this.rows.select(index);
			this.onopen(trace);
		}
	}

	move(by) {
		if (this.shown.length > 0) {
			this.open(Math.min(this.shown.length - 1, Math.max(0, this.rows.selected + by)));
		}
	}

}

export function contains(texts, word) {
	return texts.some((text) => text !== undefined && text.toLowerCase().includes(word));
}
