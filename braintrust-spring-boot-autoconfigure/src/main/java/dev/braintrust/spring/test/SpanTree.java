package dev.braintrust.spring.test;

import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * Prints spans as a tree of lines, for the messages of failed tests.
 */
final class SpanTree {

	private static final int EXCERPT = 60;

	private final StringBuilder text = new StringBuilder();

	private final RecordedTrace trace;

	private SpanTree(RecordedTrace trace) {
		this.trace = trace;
	}

	static String of(RecordedTrace trace) {
		SpanTree tree = new SpanTree(trace);
		tree.append(trace.tops(), "");
		return tree.text.toString();
	}

	private void append(List<RecordedSpan> spans, String indent) {
		for (int i = 0; i < spans.size(); i++) {
			boolean last = i == spans.size() - 1;
			RecordedSpan span = spans.get(i);
			this.text.append(indent).append(last ? "└─ " : "├─ ").append(describe(span)).append('\n');
			append(this.trace.children(span), indent + (last ? "   " : "│  "));
		}
	}

	static String describe(RecordedSpan span) {
		StringBuilder line = new StringBuilder(span.name());
		if (!span.type().isEmpty()) {
			line.append(" (").append(span.type()).append(')');
		}
		JsonNode model = span.metadata().path("model");
		if (model.isString()) {
			line.append(' ').append(model.asString());
		}
		line.append(excerpt("  ", span.input())).append(excerpt(" → ", span.output()));
		if (span.isError()) {
			line.append("  failed: ").append(span.errorMessage());
		}
		return line.toString();
	}

	private static String excerpt(String before, JsonNode node) {
		if (node.isMissingNode()) {
			return "";
		}
		String value = text(node);
		if (value.length() <= EXCERPT) {
			return before + value;
		}
		int end = Character.isHighSurrogate(value.charAt(EXCERPT - 1)) ? EXCERPT - 1 : EXCERPT;
		return before + value.substring(0, end) + "…";
	}

	// Return the text of the last message or choice.
	private static String text(JsonNode node) {
		JsonNode last = (node.isArray() && !node.isEmpty()) ? node.get(node.size() - 1) : node;
		JsonNode message = last.path("message").isObject() ? last.path("message") : last;
		JsonNode content = message.path("content");
		String text = content.isString() ? content.asString() : node.toString();
		return (node.isString() ? node.asString() : text).replace('\n', ' ');
	}

}
