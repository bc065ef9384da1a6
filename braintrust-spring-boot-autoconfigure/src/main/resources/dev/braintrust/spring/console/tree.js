import { duration, el } from './dom.js';
import { Windowed } from './windowed.js';

// The spans of a trace as a tree, and as bars on one axis.
export class SpanTree {

	constructor(onselect) {
		this.closed = new Set();
		this.lines = [];
		this.onselect = onselect;
		this.axis = el('div', { class: 'axis', 'aria-hidden': 'true' });
		this.rows = new Windowed({
			id: 'spans', class: 'spans', role: 'tree', label: 'Spans', rowHeight: 30,
			render: (index) => this.row(this.lines[index]),
			onselect: (index, event) => {
				if (event.target.closest('.toggle') !== null) {
					this.toggle(index);
				}
				else {
					this.select(index);
				}
			}
		});
		this.node = el('div', { class: 'tree' }, this.axis, this.rows.node);
	}

	show(spans, selected) {
		this.spans = spans;
		this.nodes = treeOf(spans);
		this.scale = scaleOf(spans);
		this.axis.replaceChildren(...this.scale.ticks.map((tick) => {
			const node = el('span', null, tick.label);
			node.style.left = `${tick.at}%`;
			return node;
		}));
		this.reveal(selected);
		this.flatten(selected);
	}

	// Expand all parents of a span.
	reveal(id) {
		let span = this.nodes.byId.get(id);
		while (span !== undefined && span.parent !== null) {
			this.closed.delete(span.parent.span.id);
			span = span.parent;
		}
	}

	flatten(selected) {
		this.lines = [];
		const stack = [...this.nodes.tops].reverse();
		while (stack.length > 0) {
			const node = stack.pop();
			this.lines.push(node);
			if (!this.closed.has(node.span.id)) {
				stack.push(...[...node.children].reverse());
			}
		}
		this.rows.selected = this.lines.findIndex((node) => node.span.id === selected);
		this.rows.show(this.lines.length);
	}

	row(node) {
		const span = node.span;
		const closed = this.closed.has(span.id);
		const running = span.state === 'OPEN';
		const label = el('div', { class: 'label' },
			(node.children.length > 0) ? el('span', { class: 'toggle', 'aria-hidden': 'true' }, closed ? '▸' : '▾') : el('span', { class: 'toggle' }),
			el('span', { class: 'type', title: span.type || 'span' }, (span.type || 'span').slice(0, 4)),
			el('span', { class: 'name', dir: 'auto' }, span.name),
			(span.error !== undefined) ? el('span', { class: 'failed', title: span.error }, '✕', el('span', { class: 'hidden' }, ' failed')) : null,
			el('span', { class: 'excerpt', dir: 'auto' }, span.error ?? (span.output || span.input)));
		label.style.paddingInlineStart = `${Math.min(node.depth, 24) * 14}px`;
		const bar = el('span', { class: `bar ${running ? 'running' : ''}` });
		const from = this.scale.at(span.start);
		const to = this.scale.at(running ? this.scale.end : span.end);
		bar.style.left = `${from}%`;
		bar.style.width = `${Math.max(0.4, to - from)}%`;
		const row = el('div', {
			class: `span-row type-${known(span.type)} ${(span.error !== undefined) ? 'has-failed' : ''}`, role: 'treeitem',
			'aria-level': node.depth + 1, 'aria-setsize': node.size, 'aria-posinset': node.position,
			'aria-expanded': (node.children.length > 0) ? String(!closed) : null
		}, label,
			el('span', { class: 'took' }, running ? 'running' : duration(span.end - span.start)),
			el('div', { class: 'track', 'aria-hidden': 'true' }, ...this.scale.gaps.map(gap), bar));
		return row;
	}

	select(index) {
		const node = this.lines[index];
		if (node !== undefined) {
			this.rows.select(index);
			this.onselect(node.span);
		}
	}

	move(by) {
		if (this.lines.length > 0) {
			this.select(Math.min(this.lines.length - 1, Math.max(0, this.rows.selected + by)));
		}
	}

	toggle(index) {
		const node = this.lines[index];
		if (node === undefined || node.children.length === 0) {
			return;
		}
		if (!this.closed.delete(node.span.id)) {
			this.closed.add(node.span.id);
		}
		this.flatten(this.lines[this.rows.selected]?.span.id);
	}

	// The right arrow expands a span, then goes to its first child. The left arrow collapses it, then goes to
	// its parent.
	into() {
		const node = this.lines[this.rows.selected];
		if (node !== undefined && node.children.length > 0) {
			if (this.closed.has(node.span.id)) {
				this.toggle(this.rows.selected);
			}
			else {
				this.move(1);
			}
		}
	}

	out() {
		const node = this.lines[this.rows.selected];
		if (node === undefined) {
			return;
		}
		if (node.children.length > 0 && !this.closed.has(node.span.id)) {
			this.toggle(this.rows.selected);
		}
		else if (node.parent !== null) {
			this.select(this.lines.indexOf(node.parent));
		}
	}

}

function known(type) {
	return ['llm', 'tool', 'task', 'function'].includes(type) ? type : 'other';
}

function gap(range) {
	const node = el('span', { class: 'gap' });
	node.style.left = `${range.from}%`;
	node.style.width = `${range.to - range.from}%`;
	return node;
}

export function treeOf(spans) {
	const byId = new Map();
	for (const span of spans) {
		byId.set(span.id, { span, children: [], parent: null, depth: 0, position: 1, size: 1 });
	}
	const tops = [];
	for (const node of byId.values()) {
		const parent = byId.get(node.span.parent);
		if (parent !== undefined && parent !== node) {
			node.parent = parent;
			parent.children.push(node);
		}
		else {
			tops.push(node);
		}
	}
	const stack = [...tops];
	number(tops, 0);
	while (stack.length > 0) {
		const node = stack.pop();
		number(node.children, node.depth + 1);
		stack.push(...node.children);
	}
	return { byId, tops };
}

function number(siblings, depth) {
	siblings.forEach((node, index) => {
		node.depth = depth;
		node.position = index + 1;
		node.size = siblings.length;
	});
}

// Map times to positions from 0 to 100. The turns of a conversation may be hours apart, so an idle time takes at most 6
// % of the total busy time.
function scaleOf(spans) {
	const now = Date.now();
	const ranges = spans.map((span) => [span.start, (span.state === 'OPEN') ? Math.max(now, span.start) : span.end]).sort((a, b) => a[0] - b[0]);
	const busy = [];
	for (const [from, to] of ranges) {
		const last = busy[busy.length - 1];
		if (last !== undefined && from <= last[1]) {
			last[1] = Math.max(last[1], to);
		}
		else {
			busy.push([from, to]);
		}
	}
	const worked = busy.reduce((sum, [from, to]) => sum + to - from, 0) || 1;
	const longest = worked * 0.06;
	const pieces = [];
	let place = 0;
	busy.forEach(([from, to], index) => {
		if (index > 0) {
			const before = busy[index - 1][1];
			const width = Math.min(from - before, longest);
			pieces.push({ from: before, to: from, at: place, width, gap: width < from - before });
			place += width;
		}
		pieces.push({ from, to, at: place, width: to - from, gap: false });
		place += to - from;
	});
	const total = place || 1;
	const at = (time) => {
		const piece = pieces.find((candidate) => time <= candidate.to) ?? pieces[pieces.length - 1];
		const share = (piece.to > piece.from) ? (Math.max(time, piece.from) - piece.from) / (piece.to - piece.from) : 0;
		return Math.min(100, (piece.at + Math.min(1, share) * piece.width) / total * 100);
	};
	const gaps = pieces.filter((piece) => piece.gap)
		.map((piece) => ({ from: piece.at / total * 100, to: (piece.at + piece.width) / total * 100 }));
	const ticks = [0, 25, 50, 75].map((share) => ({ at: share, label: duration(total * share / 100) }));
	ticks[0].label = '0';
	const end = busy[busy.length - 1]?.[1] ?? now;
	return { at, gaps, ticks, end };
}
