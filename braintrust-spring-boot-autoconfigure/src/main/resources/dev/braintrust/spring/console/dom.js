// Creates DOM nodes. Texts only become text nodes, never markup.

export function el(tag, options, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(options ?? {})) {
		if (value === null || value === undefined || value === false) {
			continue;
		}
		if (name.startsWith('on')) {
			node.addEventListener(name.slice(2), value);
		}
		else {
			node.setAttribute(name, (value === true) ? '' : value);
		}
	}
	node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
	return node;
}

// A link if the URL is a web address, else a text.
export function link(url, ...children) {
	let target = null;
	try {
		target = new URL(url);
	}
	catch {
		// Not a URL.
	}
	if (target === null || !['https:', 'http:'].includes(target.protocol)) {
		return el('span', null, ...children);
	}
	return el('a', { href: target.href, target: '_blank', rel: 'noopener noreferrer', title: target.href }, ...children);
}

export function duration(millis) {
	if (millis < 1) {
		return `${Math.max(0, Math.round(millis * 1000))} µs`;
	}
	if (millis < 1000) {
		return `${Math.round(millis)} ms`;
	}
	if (millis < 60_000) {
		return `${(millis / 1000).toFixed((millis < 10_000) ? 2 : 1)} s`;
	}
	const minutes = Math.floor(millis / 60_000);
	return (minutes < 120) ? `${minutes} min ${Math.round(millis % 60_000 / 1000)} s` : `${(minutes / 60).toFixed(1)} h`;
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

const DATE = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

export function time(millis) {
	const date = new Date(millis);
	const today = new Date().toDateString() === date.toDateString();
	return (today ? '' : `${DATE.format(date)} `) + TIME.format(date);
}

export function count(number, noun) {
	return `${number.toLocaleString()} ${noun}${(number === 1) ? '' : 's'}`;
}

export function bytes(size) {
	if (size < 0) {
		return '';
	}
	return (size < 1024) ? `${size} B` : (size < 1 << 20) ? `${(size / 1024).toFixed(1)} kB` : `${Number((size / (1 << 20)).toFixed(1))} MB`;
}

// A score as a percentage.
export function percent(value) {
	return (value === null || value === undefined) ? '–' : `${(value * 100).toFixed(1)} %`;
}

export function json(text) {
	if (text === undefined) {
		return undefined;
	}
	try {
		return JSON.parse(text);
	}
	catch {
		return text;
	}
}

// A button that copies a text to the clipboard and shows the result.
export function copyButton(label, what) {
	const button = el('button', { type: 'button', class: 'copy' }, label);
	button.addEventListener('click', async () => {
		let said = 'Not copied';
		try {
			const { text, done } = await what();
			await copy(text);
			said = done;
		}
		catch {
			// The request failed, or the browser denied access to the clipboard.
		}
		button.textContent = said;
		setTimeout(() => {
			button.textContent = label;
		}, 1500);
	});
	return button;
}

async function copy(text) {
	if (navigator.clipboard) {
		await navigator.clipboard.writeText(text);
		return;
	}
	// Browsers only have navigator.clipboard with TLS or on localhost.
	const area = el('textarea', { class: 'hidden', 'aria-hidden': 'true' });
	area.value = text;
	document.body.append(area);
	area.select();
	document.execCommand('copy');
	area.remove();
}
