import { Content, jsonTree } from './content.js';
import { copyButton, duration, el, json, time } from './dom.js';

const STATES = {
	OPEN: ['running', 'This span has not ended.'],
	KEPT: ['console only', 'This goes nowhere else: the project has no API key, or the experiment is not sent.'],
	WAITING: ['waiting', 'This waits to be sent.'],
	SENT: ['sent', 'Braintrust has accepted this.'],
	LOST: ['not sent', 'This was refused or dropped. The state of the project has the reason.']
};

// The details of a span: content, facts, and the exported row.
export function detail(span, url, raw, actions) {
	const attributes = span.row.attributes;
	const field = (name, other) => json(attributes[`braintrust.${name}`] ?? attributes[other]);
	const content = new Content(url, span.media, raw);
	const metadata = field('metadata') ?? {};
	const { tools, ...parameters } = (metadata !== null && typeof metadata === 'object') ? metadata : { metadata };
	const metrics = field('metrics') ?? {};
	const [state, meaning] = STATES[span.state];
	return [
		el('header', null,
			el('button', { type: 'button', class: 'back', onclick: actions.back }, '‹ Back'),
			el('h2', { dir: 'auto', tabindex: '-1' }, span.name),
			el('p', { class: 'chips' },
				el('span', { class: `chip type-${span.type || 'other'}` }, span.type || 'span'),
				(span.model !== undefined) ? el('span', { class: 'chip' }, span.model) : null,
				el('span', { class: `chip state-${span.state}`, title: meaning }, state)),
			el('dl', { class: 'facts' },
				...fact('Began', time(span.start)),
				...fact('Took', (span.state === 'OPEN') ? '' : duration(span.end - span.start)),
				...fact('First token', (typeof metrics.time_to_first_token === 'number') ? duration(metrics.time_to_first_token * 1000) : ''),
				...fact('Tokens', tokens(metrics)))),
		...errors(span.row),
		section('Input', content.any(field('input_json', 'gen_ai.input.messages')), actions.rawButton()),
		section('Output', content.any(field('output_json', 'gen_ai.output.messages'))),
		section('Tools offered', (Array.isArray(tools) && tools.length > 0) ? el('div', null, ...tools.map(tool)) : null),
		section('Parameters and metadata', hasEntries(parameters) ? jsonTree(parameters) : null),
		section('Metrics', hasEntries(metrics) ? jsonTree(metrics) : null),
		section('Scores', hasEntries(field('scores')) ? jsonTree(field('scores')) : null),
		section('Tags', tags(attributes['braintrust.tags'])),
		section('Where it came from', origin(field('context_json'), span.row.links)),
		leaves(span)
	];
}

function fact(name, value) {
	return (value === '') ? [] : [el('div', null, el('dt', null, name), el('dd', null, value))];
}

function tokens(metrics) {
	const parts = [];
	if (typeof metrics.prompt_tokens === 'number') {
		parts.push(`${metrics.prompt_tokens.toLocaleString()} in`);
	}
	if (typeof metrics.prompt_cached_tokens === 'number' && metrics.prompt_cached_tokens > 0) {
		parts.push(`${metrics.prompt_cached_tokens.toLocaleString()} cached`);
	}
	if (typeof metrics.completion_tokens === 'number') {
		parts.push(`${metrics.completion_tokens.toLocaleString()} out`);
	}
	return parts.join(', ');
}

function hasEntries(value) {
	return value !== undefined && value !== null && typeof value === 'object' && Object.keys(value).length > 0;
}

function section(title, body, ...aside) {
	return (body === null) ? null : el('section', { class: 'part' }, el('h3', null, title, ...aside), body);
}

function tags(values) {
	return (Array.isArray(values) && values.length > 0) ? el('p', { class: 'chips' }, ...values.map((tag) => el('span', { class: 'chip', dir: 'auto' }, tag))) : null;
}

function tool(definition) {
	const given = definition?.function ?? definition;
	const said = (value, other) => (typeof value === 'string') ? value : other;
	return el('details', { class: 'tool' }, el('summary', null, el('strong', null, said(given?.name, 'tool')), ` ${said(given?.description, '')}`),
		jsonTree(given?.parameters ?? definition));
}

function errors(row) {
	const events = row.events.filter((event) => event.name === 'exception');
	if (events.length === 0 && row.status.code !== 'ERROR') {
		return [];
	}
	const blocks = events.map((event) => {
		const attributes = event.attributes;
		const stack = attributes['exception.stacktrace'];
		return el('div', { class: 'error' },
			el('p', { dir: 'auto' }, el('strong', null, attributes['exception.type'] ?? 'Error'), ` ${attributes['exception.message'] ?? ''}`),
			(stack !== undefined) ? el('pre', { class: 'stack', tabindex: '0', 'aria-label': 'Stack trace' }, stack) : null);
	});
	return [section('Error', el('div', null, ...((blocks.length > 0) ? blocks : [el('p', { class: 'error' }, row.status.message || 'Failed')])))];
}

function origin(context, links) {
	const nodes = [];
	if (hasEntries(context)) {
		nodes.push(jsonTree(context));
	}
	for (const other of links) {
		nodes.push(el('p', null, 'In the telemetry of the application: trace ', el('code', null, other.traceId), ' span ', el('code', null, other.spanId)));
	}
	return (nodes.length > 0) ? el('div', null, ...nodes) : null;
}

function leaves(span) {
	const text = JSON.stringify(span.row, null, 2);
	const [, meaning] = STATES[span.state];
	const exact = span.exact ? 'This is the row of the request, after filters and limits.'
		: (span.state === 'WAITING') ? 'This is the row as it would be sent now. Attachments may become references.' : 'This is the row as it would be sent.';
	return el('section', { class: 'part' },
		el('h3', null, 'What leaves', copyButton('Copy', () => ({ text, done: 'Copied' }))),
		el('p', { class: 'note' }, `${meaning} ${exact}`),
		el('details', null, el('summary', null, `The row, ${text.length.toLocaleString()} characters`),
			jsonTree(span.row)));
}
