import { bytes, el, link } from './dom.js';
import { markdown } from './markdown.js';

// Renders the content of a span: messages, media, texts and any other JSON.

const LONG = 20_000;

const MARK = /^(?:data:[^,]{0,200},)?\[media (\d+)\]$/;

// Takes the URL of a span's media, the list of media, and whether to show texts without Markdown.
export class Content {

	constructor(url, media, raw) {
		this.url = url;
		this.media = media;
		this.raw = raw;
	}

	any(value) {
		if (value === undefined) {
			return null;
		}
		const messages = messagesOf(value);
		if (messages !== null) {
			return el('div', { class: 'messages' }, ...messages.map((message) => this.message(message)));
		}
		return this.value(value);
	}

	value(value) {
		const media = this.mediaOf(value);
		if (media !== null) {
			return media;
		}
		return (typeof value === 'string') ? this.text(value) : jsonTree(value, (text) => this.mediaOf(text));
	}

	text(text) {
		const node = el('div', { class: 'said-text' });
		this.fill(node, text, LONG);
		return node;
	}

	fill(node, text, limit) {
		const shown = (text.length > limit) ? text.slice(0, limit) : text;
		node.replaceChildren(this.raw ? el('pre', { class: 'raw', dir: 'auto' }, shown) : markdown(shown));
		if (shown.length < text.length) {
			node.append(el('button', { type: 'button', onclick: () => {
				node.replaceChildren(el('pre', { class: 'raw', dir: 'auto' }, text));
			} }, `Show all ${text.length.toLocaleString()} characters`));
		}
	}

	// The message may have any structure; fall back to plain JSON.
	message(message) {
		try {
			return this.said(message);
		}
		catch {
			return el('article', { class: 'message role-other' }, el('h4', null, 'message'), jsonTree(message));
		}
	}

	said(message) {
		const role = String(message.role ?? 'message');
		const name = message.name ?? message.tool_call_id;
		return el('article', { class: `message role-${['system', 'user', 'assistant', 'tool', 'developer'].includes(role) ? role : 'other'}` },
			el('h4', null, role, (name !== undefined) ? el('small', null, ` ${name}`) : null,
				(message.finish !== undefined) ? el('small', null, ` ${message.finish}`) : null),
			...this.parts(message.content ?? message.parts),
			(typeof message.reasoning === 'string') ? el('details', null, el('summary', null, 'Reasoning'), this.text(message.reasoning)) : null,
			(typeof message.refusal === 'string') ? el('p', { class: 'failed' }, message.refusal) : null,
			...(Array.isArray(message.tool_calls) ? message.tool_calls.map((call) => this.call(call)) : []));
	}

	parts(content) {
		if (content === undefined || content === null) {
			return [];
		}
		if (!Array.isArray(content)) {
			return [this.value(content)];
		}
		return content.map((part) => this.part(part));
	}

	part(part) {
		if (typeof part === 'string') {
			return this.text(part);
		}
		if (part?.type === 'tool_call' || part?.type === 'tool_use') {
			return this.call({ id: part.id, function: { name: part.name, arguments: part.arguments ?? part.input } });
		}
		if (part?.type === 'tool_call_response' || part?.type === 'tool_result') {
			return this.value(part.response ?? part.result ?? part.content);
		}
		const text = part?.text ?? ((typeof part?.content === 'string') ? part.content : undefined);
		if (typeof text === 'string' && !MARK.test(text)) {
			return this.text(text);
		}
		return this.value(part);
	}

	call(call) {
		const given = call.function ?? call;
		let values = given.arguments;
		if (typeof values === 'string') {
			try {
				values = JSON.parse(values);
			}
			catch {
				// Keep the text of the model.
			}
		}
		return el('div', { class: 'call' }, el('span', { class: 'call-name' }, `${given.name ?? 'tool'}`, (call.id !== undefined) ? el('small', null, ` ${call.id}`) : null),
			(values === undefined) ? null : jsonTree(values, (text) => this.mediaOf(text)));
	}

	// An image, a sound or a document, null if the value is no media.
	mediaOf(value) {
		const index = this.indexOf(value, 0);
		if (index >= 0 && this.media[index] !== undefined) {
			return this.figure(index, nameOf(value));
		}
		const url = (value !== null && typeof value === 'object') ? value.image_url?.url ?? value.src ?? value.uri ?? value.url : undefined;
		if (typeof url === 'string' && /^https?:/.test(url)) {
			return el('p', { class: 'media' }, link(url, url));
		}
		return null;
	}

	indexOf(value, depth) {
		if (typeof value === 'string') {
			const mark = MARK.exec(value);
			return (mark !== null) ? Number(mark[1]) : -1;
		}
		if (value === null || typeof value !== 'object' || Array.isArray(value) || depth > 2) {
			return -1;
		}
		if (value.type === 'braintrust_attachment') {
			return this.media.findIndex((item) => item.key === value.key);
		}
		if (typeof value.type !== 'string' && depth === 0 && value.inlineData === undefined && value.inline_data === undefined) {
			return -1;
		}
		for (const child of Object.values(value)) {
			const index = this.indexOf(child, depth + 1);
			if (index >= 0) {
				return index;
			}
		}
		return -1;
	}

	figure(index, name) {
		const item = this.media[index];
		const source = `${this.url}/media/${index}`;
		const label = item.name || name || 'attachment';
		const caption = el('figcaption', null, el('a', { href: source, target: '_blank', rel: 'noopener' }, label),
			` ${item.type} ${bytes(item.size)}`);
		if (item.type.startsWith('image/')) {
			return el('figure', null, el('a', { href: source, target: '_blank', rel: 'noopener' }, el('img', { src: source, alt: label, loading: 'lazy' })), caption);
		}
		if (item.type === 'application/pdf') {
			return el('figure', { class: 'document' }, el('iframe', { src: source, title: label, loading: 'lazy' }), caption);
		}
		return el('figure', null, item.type.startsWith('audio/') ? el('audio', { src: source, controls: true, preload: 'none' }) : null, caption);
	}

}

function nameOf(value) {
	return (value !== null && typeof value === 'object') ? value.filename ?? value.file?.filename : undefined;
}

// The messages of a prompt or an answer, null for other values.
export function messagesOf(value) {
	if (!Array.isArray(value) || value.length === 0) {
		return null;
	}
	if (value.every((item) => typeof item?.message?.role === 'string')) {
		return value.map((item) => ({ ...item.message, finish: item.finish_reason }));
	}
	return value.every((item) => typeof item?.role === 'string') ? value : null;
}

const PAGE = 200;

// Any JSON, collapsed. Children are created on first expansion.
export function jsonTree(value, mediaOf = () => null, depth = 0) {
	if (value === null || typeof value !== 'object') {
		return scalar(value, mediaOf);
	}
	const entries = Object.entries(value);
	const list = Array.isArray(value);
	if (entries.length === 0) {
		return el('span', { class: 'json' }, list ? '[]' : '{}');
	}
	const body = el('div', { class: 'json-body' });
	const fold = el('details', { class: 'json' },
		el('summary', null, el('span', { class: 'json-hint' }, list ? `[ ${entries.length} ]` : `{ ${entries.slice(0, 4).map(([key]) => key).join(', ').slice(0, 80)}${(entries.length > 4) ? ', …' : ''} }`)), body);
	let made = false;
	const unfold = () => {
		if (fold.open && !made) {
			made = true;
			more(body, entries, 0, mediaOf, depth);
		}
	};
	fold.addEventListener('toggle', unfold);
	if (depth < 2 && entries.length <= 30) {
		fold.open = true;
		unfold();
	}
	return fold;
}

function more(body, entries, from, mediaOf, depth) {
	for (const [key, child] of entries.slice(from, from + PAGE)) {
		body.append(el('div', { class: 'json-entry' }, el('span', { class: 'json-key' }, key), mediaOf(child) ?? jsonTree(child, mediaOf, depth + 1)));
	}
	if (entries.length > from + PAGE) {
		const button = el('button', { type: 'button' }, `Show more of ${entries.length}`);
		button.addEventListener('click', () => {
			button.remove();
			more(body, entries, from + PAGE, mediaOf, depth);
		});
		body.append(button);
	}
}

function scalar(value, mediaOf) {
	if (typeof value !== 'string') {
		return el('span', { class: 'json json-plain' }, String(value));
	}
	const media = mediaOf(value);
	if (media !== null) {
		return media;
	}
	const node = el('span', { class: 'json json-text', dir: 'auto' }, (value.length > LONG) ? `${value.slice(0, 2000)}…` : value);
	if (value.length > LONG) {
		const button = el('button', { type: 'button' }, `Show all ${value.length.toLocaleString()} characters`);
		button.addEventListener('click', () => node.replaceChildren(value));
		node.append(button);
	}
	return node;
}
