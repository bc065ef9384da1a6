import { Content, messagesOf } from './content.js';
import { count, duration, el, json, time } from './dom.js';

// A trace as a conversation: messages and tool calls in chronological order, each message once.
export function thread({ spans, total }, url, raw, onopen) {
	const nodes = [];
	const seen = new Map();
	const tops = new Set(turns(spans));
	for (const [index, span] of spans.entries()) {
		// Skip the heading of a root that another turn follows directly.
		if (tops.has(span.id) && !tops.has(spans[index + 1]?.id)) {
			nodes.push(el('h3', { class: 'turn' }, el('span', { dir: 'auto' }, span.name), el('time', null, time(span.start))));
		}
		if (span.type === 'llm') {
			nodes.push(...exchange(span, url, raw, seen, onopen));
		}
		else if (span.type === 'tool') {
			nodes.push(result(span, url, raw, onopen));
		}
	}
	if (!spans.some((span) => span.type === 'llm' || span.type === 'tool')) {
		nodes.push(el('p', { class: 'empty' }, 'This trace has no model call and no tool.'));
	}
	if (spans.length < total) {
		nodes.push(el('p', { class: 'note' }, `This trace is too large to be shown as a whole: ${count(total - spans.length, 'later span')} can be seen in the tree alone.`));
	}
	return el('div', { class: 'thread' }, ...nodes);
}

// A turn begins with a span without a parent in the trace, or with a child of the root that starts after the
// root's end.
function turns(spans) {
	const ids = new Set(spans.map((span) => span.id));
	const tops = spans.filter((span) => !ids.has(span.parent));
	const root = tops[0];
	const later = spans.filter((span) => root !== undefined && span.parent === root.id && root.end > 0 && span.start > root.end);
	return [...tops, ...later].map((span) => span.id);
}

function exchange(span, url, raw, seen, onopen) {
	const content = new Content(`${url}/${span.id}`, span.media, raw);
	const attributes = span.row.attributes;
	const input = messagesOf(json(attributes['braintrust.input_json'] ?? attributes['gen_ai.input.messages'])) ?? [];
	const output = messagesOf(json(attributes['braintrust.output_json'] ?? attributes['gen_ai.output.messages'])) ?? [];
	const nodes = [];
	for (const message of [...input, ...output]) {
		// Tool results are skipped here, because the tool spans show them.
		const { finish, ...said } = message;
		const key = said.role + text(said);
		if (said.role !== 'tool' && !seen.has(key)) {
			seen.set(key, true);
			const node = content.message(message);
			if (said.role === 'assistant') {
				node.querySelector('h4').append(el('button', { type: 'button', class: 'open', onclick: () => onopen(span) },
					`${span.model ?? span.name} · ${duration(span.end - span.start)}`));
			}
			nodes.push(node);
		}
	}
	if (span.error !== undefined) {
		nodes.push(el('p', { class: 'error', dir: 'auto' }, span.error, el('button', { type: 'button', class: 'open', onclick: () => onopen(span) }, 'Open')));
	}
	return nodes;
}

function text(message) {
	return JSON.stringify([message.content ?? message.parts ?? '', message.tool_calls ?? null]);
}

function result(span, url, raw, onopen) {
	const content = new Content(`${url}/${span.id}`, span.media, raw);
	const attributes = span.row.attributes;
	const half = (title, name) => {
		const value = json(attributes[`braintrust.${name}`]);
		return (value === undefined) ? null : el('div', null, el('h5', null, title), content.value(readable(value)));
	};
	return el('article', { class: 'message role-tool' },
		el('h4', null, span.name, el('button', { type: 'button', class: 'open', onclick: () => onopen(span) }, `tool · ${duration(span.end - span.start)}`)),
		el('div', { class: 'halves' }, half('Called with', 'input_json'),
			(span.error !== undefined) ? el('p', { class: 'error', dir: 'auto' }, span.error) : half('Returned', 'output_json')));
}

// Tools take and return texts, which are usually JSON.
function readable(value) {
	if (typeof value === 'string' && /^\s*[[{]/.test(value)) {
		return json(value);
	}
	return value;
}
