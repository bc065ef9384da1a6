import { duration, json } from './dom.js';
import { messagesOf } from './content.js';
import { treeOf } from './tree.js';

const LONGEST = 4000;

// A trace as text, for people and coding agents.
export function traceText(project, id, spans) {
	const lines = [`Trace ${id} of the Braintrust project ${project}`, ''];
	const write = (node, indent) => {
		const span = node.span;
		const facts = [span.type || 'span', span.model, (span.state === 'OPEN') ? 'running' : duration(span.end - span.start),
			(span.promptTokens !== undefined) ? `${span.promptTokens}+${span.completionTokens} tokens` : undefined];
		lines.push(`${indent}- ${span.name} (${facts.filter((fact) => fact !== undefined).join(', ')})`);
		const attributes = span.row.attributes;
		part(`${indent}  input: `, attributes['braintrust.input_json'] ?? attributes['gen_ai.input.messages'], span.type === 'llm');
		part(`${indent}  output: `, attributes['braintrust.output_json'] ?? attributes['gen_ai.output.messages'], span.type === 'llm');
		for (const event of span.row.events.filter((other) => other.name === 'exception')) {
			lines.push(`${indent}  error: ${(event.attributes['exception.stacktrace'] ?? event.attributes['exception.message'] ?? '').slice(0, LONGEST).trim().replaceAll('\n', `\n${indent}    `)}`);
		}
		node.children.forEach((child) => write(child, `${indent}  `));
	};
	const part = (label, value, ofModel) => {
		if (value !== undefined) {
			const read = json(value);
			const messages = ofModel ? messagesOf(read) : null;
			// Only the last message. The earlier ones are the outputs of other spans.
			const said = (messages !== null) ? messages[messages.length - 1] : read;
			const text = (typeof said === 'string') ? said : JSON.stringify(said);
			lines.push(label + ((text.length > LONGEST) ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text));
		}
	};
	treeOf(spans).tops.forEach((top) => write(top, ''));
	return `${lines.join('\n')}\n`;
}

// A test that passes on the trace, with the assertions of dev.braintrust.spring.test.
export function traceTest(project, spans) {
	const tops = treeOf(spans).tops;
	const checks = tops.map((top) => (top.span.parent === '')
		? `trace.root(${quoted(top.span.name)})${conditions(top, false).map((condition) => `\n\t\t.isLike(span()${condition})`).join('')}${top.children.map((child) => `\n\t\t.hasChild(${expected(child, '\t\t')})`).join('')};`
		: `trace.hasSpan(${expected(top, '\t')});`);
	const body = (checks.length === 1) ? checks[0].slice(0, -1) : `{\n\t\t${checks.join('\n\t\t')}\n\t}`;
	return `assertThat(spans).project(${quoted(project)}).hasTrace((trace) -> ${body});\n`;
}

function expected(node, indent) {
	const span = node.span;
	const kind = (span.type === 'llm') ? 'llm()'
		: ['task', 'tool', 'function'].includes(span.type) ? `${span.type}(${quoted(span.name)})` : `span(${quoted(span.name)})`;
	return kind + conditions(node, true).join('') + node.children.map((child) => `\n${indent}\t.withChild(${expected(child, `${indent}\t`)})`).join('');
}

function conditions(node, model) {
	const span = node.span;
	const all = [];
	if (model && span.type === 'llm') {
		const metadata = json(span.row.attributes['braintrust.metadata']);
		if (typeof metadata?.model === 'string') {
			all.push(`.model(${quoted(metadata.model)})`);
		}
	}
	if (!model) {
		const input = json(span.row.attributes['braintrust.input_json']);
		if (typeof input === 'string' && input !== '') {
			all.push(`.inputContaining(${quoted(input.slice(0, 60))})`);
		}
	}
	if (span.error !== undefined) {
		all.push((span.row.status.message !== '') ? `.failedWith(${quoted(span.row.status.message.slice(0, 60))})` : '.failedWith("")');
	}
	return all;
}

// A Java string literal. Non-ASCII characters are escaped, so that the file's encoding does not matter.
function quoted(text) {
	return `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')
		.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}
