package dev.braintrust.spring.eval.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.braintrust.spring.content.SpanType;
import dev.braintrust.spring.eval.RowResult;
import dev.braintrust.spring.trace.route.RoutedRow;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a run's rows, for its reports. They are converted only if a report needs
 * them, by the same code as for the export. Their total size is limited.
 */
public final class RecordedRows {

	private static final long MOST = 64 * 1024 * 1024;

	private static final AttributeKey<List<String>> TAGS = AttributeKey.stringArrayKey("braintrust.tags");

	private static final AttributeKey<String> INPUT = AttributeKey.stringKey("braintrust.input_json");

	private static final AttributeKey<String> OUTPUT = AttributeKey.stringKey("braintrust.output_json");

	private static final Map<String, AttributeKey<String>> FIELDS = fields();

	private final Map<Key, List<RoutedRow.Ended>> rows = new ConcurrentHashMap<>();

	private final AtomicLong size = new AtomicLong();

	private static Map<String, AttributeKey<String>> fields() {
		Map<String, AttributeKey<String>> fields = new LinkedHashMap<>();
		fields.put("input", INPUT);
		fields.put("output", OUTPUT);
		fields.put("expected", AttributeKey.stringKey("braintrust.expected_json"));
		fields.put("metadata", AttributeKey.stringKey("braintrust.metadata"));
		fields.put("metrics", AttributeKey.stringKey("braintrust.metrics"));
		return fields;
	}

	public void add(RowResult<?, ?, ?> row, List<RoutedRow.Ended> spans) {
		long size = spans.stream().mapToLong(RoutedRow.Ended::size).sum();
		if (this.size.addAndGet(size) <= MOST) {
			this.rows.put(Key.of(row), List.copyOf(spans));
		}
		else {
			this.size.addAndGet(-size);
		}
	}

	// Return the spans of a row in the order of their start.
	public List<ReportedSpan> of(RowResult<?, ?, ?> row) {
		return this.rows.getOrDefault(Key.of(row), List.of())
			.stream()
			.map(RecordedRows::reported)
			.sorted(Comparator.comparingLong(ReportedSpan::startNanos))
			.toList();
	}

	// Return the id of the root span of a row.
	public static @Nullable String rootId(List<RoutedRow.Ended> spans) {
		RoutedRow.Ended root = root(spans);
		return (root != null) ? root.span().getSpanId() : null;
	}

	// Return the recorded output of a row as JSON.
	public static @Nullable String output(List<RoutedRow.Ended> spans) {
		return field(spans, OUTPUT);
	}

	// Return the recorded input of a row as JSON.
	public static @Nullable String input(List<RoutedRow.Ended> spans) {
		return field(spans, INPUT);
	}

	private static @Nullable String field(List<RoutedRow.Ended> spans, AttributeKey<String> field) {
		RoutedRow.Ended root = root(spans);
		return (root != null) ? root.written().get().getAttributes().get(field) : null;
	}

	private static RoutedRow.@Nullable Ended root(List<RoutedRow.Ended> spans) {
		for (RoutedRow.Ended each : spans) {
			if (each.type() == SpanType.EVAL && !each.span().getParentSpanContext().isValid()) {
				return each;
			}
		}
		return null;
	}

	private static ReportedSpan reported(RoutedRow.Ended ended) {
		SpanData span = ended.written().get();
		SpanType type = ended.type();
		Map<String, String> fields = new LinkedHashMap<>();
		FIELDS.forEach((name, key) -> {
			String json = span.getAttributes().get(key);
			if (json != null) {
				fields.put(name, json);
			}
		});
		return new ReportedSpan(span.getSpanId(), span.getParentSpanId(), span.getName(),
				(type != null) ? type.text() : null, span.getStartEpochNanos(), span.getEndEpochNanos(), error(span),
				List.copyOf(tags(span)), fields);
	}

	private static List<String> tags(SpanData span) {
		List<String> tags = span.getAttributes().get(TAGS);
		return (tags != null) ? tags : List.of();
	}

	private static @Nullable String error(SpanData span) {
		if (span.getStatus().getStatusCode() != StatusCode.ERROR) {
			return null;
		}
		for (int i = span.getEvents().size() - 1; i >= 0; i--) {
			EventData event = span.getEvents().get(i);
			String type = event.getAttributes().get(AttributeKey.stringKey("exception.type"));
			if (type != null) {
				String message = event.getAttributes().get(AttributeKey.stringKey("exception.message"));
				return (message != null) ? type + ": " + message : type;
			}
		}
		return "failed";
	}

	private record Key(int index, int trial) {

		static Key of(RowResult<?, ?, ?> row) {
			return new Key(row.index(), row.trial());
		}

	}

}
