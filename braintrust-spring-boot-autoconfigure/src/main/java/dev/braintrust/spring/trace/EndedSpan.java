package dev.braintrust.spring.trace;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.export.LossReason;
import dev.braintrust.spring.export.WaitingSpan;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * An ended span with its captured content, waiting in a queue. A thread of the export
 * writes its JSON when the span is sent.
 *
 * @param template the attributes that it shares with other spans
 * @param content writes its content
 */
public record EndedSpan(SpanData span, SpanTemplate template, SpanFields fields,
		ProjectContent content) implements WaitingSpan {

	private static final List<String> AI_PREFIXES = List.of("gen_ai.", "braintrust.", "llm.", "ai.", "traceloop.");

	// Whether the span is about AI: it has a type, a field, or an attribute of
	// AI instrumentation.
	boolean isAiSpan() {
		return this.template.type() != null || !this.fields.isEmpty()
				|| this.span.getAttributes()
					.asMap()
					.keySet()
					.stream()
					.anyMatch((key) -> AI_PREFIXES.stream().anyMatch(key.getKey()::startsWith));
	}

	// Whether it goes to an experiment instead of the logs of its project.
	public boolean isInExperiment() {
		return String.valueOf(this.template.parent()).startsWith("experiment_");
	}

	@Override
	public long contentSize() {
		return ContentWriter.size(this.span, this.fields);
	}

	@Override
	public long inlineSize() {
		return this.fields.inlineSize();
	}

	// This also releases the attachments. The export calls it to drop content, and after
	// it has encoded the span.
	@Override
	public EndedSpan withoutContent(LossReason reason) {
		EndedSpan bare = new EndedSpan(ContentWriter.bare(this.span), this.template,
				this.fields.withoutContent(reason.note()), this.content);
		this.fields.release();
		return bare;
	}

	@Override
	public void lost() {
		this.fields.release();
	}

	// Write it independently of its export, which may write it on another thread.
	SpanData preview(ContentWriter writer, Consumer<Throwable> failed) {
		return Objects.requireNonNull(
				new EndedSpan(this.span, this.template, this.fields.copy(), this.content).write(writer, failed));
	}

	// Write it. Return null if it still waits for its attachments.
	@Nullable SpanData write(ContentWriter writer, Consumer<Throwable> failed) {
		try {
			return writer.write(this.span, this.template, this.fields);
		}
		catch (Throwable ex) {
			// A failing span must not affect the other spans of its request.
			failed.accept(ex);
			return ContentWriter.writeBare(this.span, this.template);
		}
	}

}
