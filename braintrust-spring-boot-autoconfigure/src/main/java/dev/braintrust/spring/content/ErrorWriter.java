package dev.braintrust.spring.content;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.content.json.ContentSize;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import org.jspecify.annotations.Nullable;

/**
 * Writes the errors of a span as OpenTelemetry events, and the status of the span. The
 * message of an error is content. If content is off, only the error's type and code
 * locations are written.
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

	private final ForeignContent recorded;

	private final int maxLength;

	ErrorWriter(ProjectSettings.Capture capture, ForeignContent recorded) {
		this.content = capture.content();
		this.recorded = recorded;
		boolean unlimited = capture.maxFieldSize() == ProjectSettings.Capture.UNLIMITED;
		this.maxLength = unlimited ? JsonTexts.UNCUT : (int) Math.min(capture.maxFieldSize() / 4, Integer.MAX_VALUE);
	}

	List<EventData> events(SpanData span, List<Failure> errors) {
		if (span.getEvents().isEmpty() && errors.isEmpty()) {
			return List.of();
		}
		List<EventData> events = new ArrayList<>();
		for (EventData event : span.getEvents()) {
			Attributes attributes = this.recorded.of(event.getAttributes());
			events.add((attributes != event.getAttributes())
					? EventData.create(event.getEpochNanos(), event.getName(), attributes) : event);
		}
		for (Failure error : errors) {
			long time = Math.min(Math.max(error.epochNanos(), span.getStartEpochNanos()), span.getEndEpochNanos());
			events.add(EventData.create(time, "exception", attributes(error)));
		}
		return events;
	}

	private Attributes attributes(Failure captured) {
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
		return attributes.putAll(this.recorded.of(captured.attributes())).build();
	}

	StatusData status(SpanData span, List<Failure> errors) {
		StatusData status = span.getStatus();
		if (!status.getDescription().isEmpty()) {
			// A description that the application set takes precedence.
			String description = filtered(status.getDescription());
			return StatusData.create(status.getStatusCode(), (description != null) ? description : "");
		}
		// Errors found while the span is written have not set the status.
		if (status.getStatusCode() == StatusCode.OK || errors.isEmpty()) {
			return status;
		}
		Throwable error = errors.get(errors.size() - 1).error();
		String message = message(error);
		return StatusData.create(StatusCode.ERROR, (message != null) ? message : error.getClass().getName());
	}

	private @Nullable String message(Throwable error) {
		try {
			String message = error.getMessage();
			return (message != null) ? filtered(message) : null;
		}
		catch (Throwable ex) {
			return null;
		}
	}

	private @Nullable String filtered(String text) {
		String filtered = this.recorded.text(text, ContentFilter.Field.ERROR);
		return (filtered != null) ? JsonTexts.cut(filtered, this.maxLength) : null;
	}

	private static String stackTrace(Throwable error) {
		StringWriter stackTrace = new StringWriter();
		try {
			error.printStackTrace(new PrintWriter(stackTrace));
		}
		catch (Throwable ex) {
			return placesOnly(error);
		}
		return stackTrace.toString();
	}

	private static String placesOnly(Throwable error) {
		StringBuilder places = new StringBuilder();
		try {
			Throwable cause = error;
			for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
				places.append((i > 0) ? "Caused by: " : "").append(cause.getClass().getName()).append('\n');
				for (StackTraceElement place : cause.getStackTrace()) {
					places.append("\tat ").append(place).append('\n');
				}
				cause = cause.getCause();
			}
		}
		catch (Throwable ex) {
			// The class of an error may itself fail. Keep the part that was read.
		}
		return places.toString();
	}

	/**
	 * An error of a span. Its stack trace is written when the span is sent.
	 *
	 * @param epochNanos when it was recorded
	 * @param attributes the attributes that are recorded with it
	 * @param size the estimated heap that it holds
	 */
	record Failure(Throwable error, long epochNanos, Attributes attributes, long size) implements ContentSize.Sized {
	}

}
