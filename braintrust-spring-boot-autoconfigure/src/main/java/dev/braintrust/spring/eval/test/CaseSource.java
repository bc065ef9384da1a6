package dev.braintrust.spring.eval.test;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.eval.data.Dataset;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.test.RecordedSpan;
import dev.braintrust.spring.test.RecordedTrace;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.Assert;

/**
 * Creates cases from traces that your application recorded in a test. The input of the
 * first span of a trace becomes the input of the case, and its output becomes the
 * expected output. The recorded content has passed the content filters.
 *
 * <pre>
 * CaseSource.writeJsonl(Path.of("src/test/resources/evals/refunds.jsonl"), spans.traces("support"));
 * </pre>
 *
 * @see Dataset#jsonl(String)
 */
public final class CaseSource {

	private CaseSource() {
	}

	/**
	 * Create a case from a trace, as JSON.
	 * @param trace the trace; its first span must have ended
	 * @return the case, with the tags and the metadata of that span; its expected output
	 * is {@code null} if the span has no output
	 * @throws IllegalArgumentException if the span has no input or failed
	 */
	public static EvalCase<JsonNode, JsonNode> of(RecordedTrace trace) {
		return of(trace, JsonNode.class, JsonNode.class);
	}

	/**
	 * Create a case from a trace.
	 * @param trace the trace; its first span must have ended
	 * @param input the type of the input
	 * @param expected the type of the expected output
	 * @param <I> the type of the input
	 * @param <E> the type of the expected output
	 * @return the case, with the tags and the metadata of that span; its expected output
	 * is {@code null} if the span has no output
	 * @throws IllegalArgumentException if the span has no input or failed, or its content
	 * is of other types
	 */
	public static <I, E> EvalCase<I, E> of(RecordedTrace trace, Class<I> input, Class<E> expected) {
		RecordedSpan root = root(trace);
		JsonMapper mapper = JsonMapper.builder().findAndAddModules().build();
		I converted = convert(mapper, root.input(), input, "input");
		Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
		root.metadata()
			.properties()
			.forEach((each) -> metadata.put(each.getKey(), mapper.treeToValue(each.getValue(), Object.class)));
		Assert.isTrue(converted != null, "The input is null");
		return new EvalCase<>(converted, convert(mapper, root.output(), expected, "output"), metadata, root.tags(),
				null, null, null);
	}

	/**
	 * Write the cases of traces as lines of JSON for {@link Dataset#jsonl(String)}. An
	 * existing file is replaced.
	 * @param file the file; its directories are created
	 * @param traces the traces, such as {@code spans.traces("support")}
	 * @throws IllegalArgumentException if the first span of a trace has no input or
	 * failed
	 */
	public static void writeJsonl(Path file, Collection<RecordedTrace> traces) {
		JsonMapper mapper = JsonMapper.builder().build();
		StringBuilder lines = new StringBuilder();
		traces.forEach((trace) -> lines.append(mapper.writeValueAsString(row(mapper, root(trace)))).append('\n'));
		try {
			Files.createDirectories(file.toAbsolutePath().getParent());
			try (BufferedWriter writer = Files.newBufferedWriter(file)) {
				writer.append(lines);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ObjectNode row(JsonMapper mapper, RecordedSpan root) {
		ObjectNode row = mapper.createObjectNode();
		row.set("input", root.input());
		if (!root.output().isMissingNode()) {
			row.set("expected", root.output());
		}
		if (!root.metadata().isEmpty()) {
			row.set("metadata", root.metadata());
		}
		if (!root.tags().isEmpty()) {
			root.tags().forEach(row.putArray("tags")::add);
		}
		return row;
	}

	// The messages name the trace but contain no content of it.
	private static RecordedSpan root(RecordedTrace trace) {
		RecordedSpan root = trace.root()
			.orElseThrow(() -> new IllegalArgumentException(
					"The trace " + trace.traceId() + " has no first span that has ended"));
		Assert.isTrue(!root.isError(), () -> "The first span of the trace " + trace.traceId()
				+ " failed, so its output is not to be expected");
		Assert.isTrue(!root.input().isMissingNode() && !root.input().isNull(), () -> "The first span of the trace "
				+ trace.traceId() + " has no input. Set one with 'span.input(…)'.");
		return root;
	}

	private static <T> @Nullable T convert(JsonMapper mapper, JsonNode value, Class<T> type, String what) {
		if (value.isMissingNode() || value.isNull()) {
			return null;
		}
		try {
			return mapper.treeToValue(value, type);
		}
		catch (JacksonException ex) {
			// The cause is omitted, because its message has content.
			throw new IllegalArgumentException("The " + what + " of the trace cannot be read as " + type.getName());
		}
	}

}
