import { el, link } from './dom.js';

// Renders Markdown as DOM nodes. HTML in the text is not interpreted, images are not loaded, and only web links work.

const MAX_LENGTH = 100_000;

const MAX_INLINE = 4000;

const INLINE = /(`+)([^`]+)\1|\*\*([^*\n]+)\*\*|__([^_\n]+)__|\*([^*\s][^*\n]*)\*|~~([^~\n]+)~~|!?\[([^\]\n]{0,500})\]\(([^()\s]{0,2000})\)|(https?:\/\/[^\s<>"')\]]{1,2000})/;

export function markdown(text) {
	if (text.length > MAX_LENGTH) {
		return el('div', { class: 'text', dir: 'auto' }, text);
	}
	return el('div', { class: 'markdown', dir: 'auto' }, ...blocks(text.split(/\r?\n/), 0));
}

function blocks(lines, depth) {
	const nodes = [];
	let at = 0;
	while (at < lines.length) {
		const line = lines[at];
		const fence = /^\s{0,3}(```+|~~~+)/.exec(line);
		const heading = /^(#{1,6})\s+(.*)$/.exec(line);
		if (line.trim() === '') {
			at++;
		}
		else if (fence !== null) {
			const end = lines.findIndex((other, index) => index > at && other.trim().startsWith(fence[1]));
			const code = lines.slice(at + 1, (end < 0) ? lines.length : end);
			nodes.push(el('pre', { dir: 'ltr' }, el('code', null, code.join('\n'))));
			at = (end < 0) ? lines.length : end + 1;
		}
		else if (heading !== null) {
			// Headings start below the page's own.
			nodes.push(el(`h${Math.min(6, heading[1].length + 3)}`, null, ...inline(heading[2])));
			at++;
		}
		else if (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) {
			nodes.push(el('hr'));
			at++;
		}
		else if (line.startsWith('>') && depth < 6) {
			const end = endOf(lines, at, (other) => other.startsWith('>'));
			nodes.push(el('blockquote', null, ...blocks(lines.slice(at, end).map((other) => other.replace(/^> ?/, '')), depth + 1)));
			at = end;
		}
		else if (item(line) !== null && depth < 6) {
			const end = endOf(lines, at, (other) => item(other) !== null || /^\s+\S/.test(other));
			nodes.push(list(lines.slice(at, end), depth));
			at = end;
		}
		else if (line.includes('|') && isRuler(lines[at + 1] ?? '')) {
			const end = endOf(lines, at, (other) => other.includes('|'));
			nodes.push(table(lines.slice(at, end)));
			at = end;
		}
		else {
			const end = Math.max(at + 1, endOf(lines, at, (other) => other.trim() !== '' && !/^(\s{0,3}(```|~~~)|#{1,6}\s|>)/.test(other) && item(other) === null));
			nodes.push(el('p', null, ...broken(lines.slice(at, end))));
			at = end;
		}
	}
	return nodes;
}

// A single character class: an ambiguous pattern could backtrack forever.
function isRuler(line) {
	return line.includes('-') && /^[\s:|-]*$/.test(line);
}

function endOf(lines, start, belongs) {
	let end = start + 1;
	while (end < lines.length && belongs(lines[end])) {
		end++;
	}
	return end;
}

function item(line) {
	return /^(\s{0,3})([-*+]|\d{1,9}[.)])\s+(.*)$/.exec(line);
}

function list(lines, depth) {
	const items = [];
	for (const line of lines) {
		const start = item(line);
		if (start !== null && (start[1].length < 2 || items.length === 0)) {
			items.push([start[3]]);
		}
		else {
			items[items.length - 1].push(line.replace(/^\s{1,4}/, ''));
		}
	}
	const numbered = /^\d/.test(item(lines[0])[2]);
	return el(numbered ? 'ol' : 'ul', null, ...items.map((content) => el('li', null,
		...((content.length === 1) ? inline(content[0]) : blocks(content, depth + 1)))));
}

function table(lines) {
	const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|').slice(0, 50);
	const row = (tag) => (line) => el('tr', null, ...cells(line).map((cell) => el(tag, null, ...inline(cell.trim()))));
	return el('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Table' }, el('table', null, el('thead', null, row('th')(lines[0])),
		el('tbody', null, ...lines.slice(2).map(row('td')))));
}

function broken(lines) {
	return lines.flatMap((line, index) => (index > 0) ? [el('br'), ...inline(line)] : inline(line));
}

function inline(text) {
	if (text.length > MAX_INLINE) {
		return [text];
	}
	const nodes = [];
	let rest = text;
	for (let match = INLINE.exec(rest); match !== null; match = INLINE.exec(rest)) {
		nodes.push(rest.slice(0, match.index), formatted(match));
		rest = rest.slice(match.index + match[0].length);
	}
	nodes.push(rest);
	return nodes;
}

function formatted(match) {
	if (match[2] !== undefined) {
		return el('code', null, match[2]);
	}
	const strong = match[3] ?? match[4];
	if (strong !== undefined) {
		return el('strong', null, ...inline(strong));
	}
	if (match[5] !== undefined) {
		return el('em', null, ...inline(match[5]));
	}
	if (match[6] !== undefined) {
		return el('del', null, match[6]);
	}
	if (match[8] !== undefined) {
		return link(match[8], match[7] || match[8]);
	}
	return link(match[9], match[9]);
}
