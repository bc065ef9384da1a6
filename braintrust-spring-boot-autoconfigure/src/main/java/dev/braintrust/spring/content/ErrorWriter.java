package dev.braintrust.spring.content;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.ContentFilter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import org.jspecify.annotations.Nullable;

/**
 * Writes the errors of a span as events of OpenTelemetry, and its status. The message of
 * an error is content: without content, its type and where it was thrown remain.
 *
 * @see <a href=
 * "https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/">OpenTelemetry,
 * "Semantic conventions for exceptions on spans"</a>
 */
final class ErrorWriter {

	private static final AttributeKey<String> TYPE = AttributeKey.stringKey("exception.type");

	private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("exception.message");

	private static final AttributeKey<String> STACK_TRACE = AttributeKey.stringKey("exception.stacktrace");

	private static final int MAX_CAUSES = 16;

	private final boolean content;

	private final TextFilter filter;

	ErrorWriter(boolean content, TextFilter filter) {
		this.content = content;
		this.filter = filter;
	}

	List<EventData> events(SpanData span, List<CapturedError> errors) {
		List<EventData> events = new ArrayList<>(span.getEvents());
		for (CapturedError error : errors) {
			long time = Math.min(Math.max(error.epochNanos(), span.getStartEpochNanos()), span.getEndEpochNanos());
			events.add(EventData.create(time, "exception", attributes(error)));
		}
		return events;
	}

	private Attributes attributes(CapturedError captured) {
		Throwable error = captured.error();
		AttributesBuilder attributes = Attributes.builder().put(TYPE, error.getClass().getName());
		String message = message(error);
		if (message != null) {
			attributes.put(MESSAGE, message);
		}
		String stackTrace = this.content ? filtered(stackTrace(error)) : placesOnly(error);
		if (stackTrace != null) {
			attributes.put(STACK_TRACE, stackTrace);
		}
		return attributes.putAll(captured.attributes()).build();
	}

	StatusData status(SpanData span, List<CapturedError> errors) {
		// What the application says itself has precedence.
		if (span.getStatus().getStatusCode() != StatusCode.ERROR || !span.getStatus().getDescription().isEmpty()) {
			return span.getStatus();
		}
		Throwable error = errors.get(errors.size() - 1).error();
		String message = message(error);
		return StatusData.create(StatusCode.ERROR, (message != null) ? message : error.getClass().getName());
	}

	private @Nullable String message(Throwable error) {
		try {
			String message = this.content ? error.getMessage() : null;
			return (message != null) ? filtered(message) : null;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	private @Nullable String filtered(String text) {
		try {
			return this.filter.apply(text, ContentFilter.Field.ERROR);
		}
		catch (TextFilter.DroppedFieldException ex) {
			return null;
		}
	}

	private static String stackTrace(Throwable error) {
		StringWriter stackTrace = new StringWriter();
		try {
			error.printStackTrace(new PrintWriter(stackTrace));
		}
		catch (RuntimeException ex) {
			return placesOnly(error);
		}
		return stackTrace.toString();
	}

	private static String placesOnly(Throwable error) {
		StringBuilder places = new StringBuilder();
		Throwable cause = error;
		for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
			places.append((i > 0) ? "Caused by: " : "").append(cause.getClass().getName()).append('\n');
			for (StackTraceElement place : cause.getStackTrace()) {
				places.append("\tat ").append(place).append('\n');
			}
			cause = cause.getCause();
		}
		return places.toString();
	}

}
