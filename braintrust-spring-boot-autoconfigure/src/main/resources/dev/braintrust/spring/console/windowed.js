import { el } from './dom.js';

// A list of rows of equal height, which creates only the visible rows.
export class Windowed {

	constructor(options) {
		this.rowHeight = options.rowHeight;
		this.render = options.render;
		this.onselect = options.onselect;
		this.tallest = options.tallest;
		this.selected = -1;
		this.count = 0;
		this.id = options.id;
		this.space = el('div', { class: 'space', role: 'presentation' });
		this.node = el('div', { class: `rows ${options.class}`, id: options.id, role: options.role, tabindex: '0', 'aria-label': options.label }, this.space);
		this.node.addEventListener('scroll', () => this.draw(false), { passive: true });
		this.space.addEventListener('click', (event) => {
			const row = event.target.closest('[data-index]');
			if (row !== null) {
				this.node.focus({ preventScroll: true });
				this.onselect(Number(row.dataset.index), event);
			}
		});
		new ResizeObserver(() => {
			if (this.tallest !== undefined && this.width !== this.node.clientWidth) {
				this.width = this.node.clientWidth;
				this.show(this.count);
			}
			else {
				this.draw(false);
			}
		}).observe(this.node);
	}

	// Draw the list again, with this number of rows.
	show(count) {
		this.count = count;
		this.fit();
		this.space.style.height = `${count * this.rowHeight}px`;
		this.draw(true);
	}

	// Use the height of the row that needs the most room for all rows.
	fit() {
		const tallest = (this.count > 0) ? this.tallest?.() : undefined;
		if (tallest === undefined) {
			return;
		}
		const row = this.render(tallest);
		row.classList.add('measured');
		this.space.append(row);
		this.rowHeight = row.offsetHeight || this.rowHeight;
		row.remove();
	}

	select(index, visible = true) {
		this.selected = index;
		if (index >= 0 && visible) {
			const top = index * this.rowHeight;
			const height = this.node.clientHeight;
			if (top < this.node.scrollTop) {
				this.node.scrollTop = top;
			}
			else if (top + this.rowHeight > this.node.scrollTop + height) {
				this.node.scrollTop = top + this.rowHeight - height;
			}
		}
		this.draw(true);
	}

	draw(anew) {
		const height = this.node.clientHeight || 800;
		const first = Math.max(0, Math.floor(this.node.scrollTop / this.rowHeight) - 5);
		const last = Math.min(this.count, Math.ceil((this.node.scrollTop + height) / this.rowHeight) + 5);
		if (!anew && first === this.first && last === this.last) {
			return;
		}
		this.first = first;
		this.last = last;
		const rows = [];
		for (let i = first; i < last; i++) {
			rows.push(this.row(i));
		}
		this.space.replaceChildren(...rows);
		const active = (this.selected >= first && this.selected < last) ? `${this.id}-${this.selected}` : null;
		if (active === null) {
			this.node.removeAttribute('aria-activedescendant');
		}
		else {
			this.node.setAttribute('aria-activedescendant', active);
		}
	}

	row(index) {
		const row = this.render(index);
		row.id = `${this.id}-${index}`;
		row.dataset.index = index;
		row.style.top = `${index * this.rowHeight}px`;
		row.style.height = `${this.rowHeight}px`;
		row.setAttribute('aria-selected', String(index === this.selected));
		return row;
	}

}
