package dev.braintrust.spring.trace;

import java.util.List;
import java.util.function.Consumer;

import dev.braintrust.spring.content.ContentWriter;
import dev.braintrust.spring.content.SpanFields;
import dev.braintrust.spring.content.SpanTemplate;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * A span that waits to be sent, with what was captured of it. Its JSON is made when it is
 * sent, on the thread of the export worker.
 *
 * @param span the span
 * @param template what it has in common with others
 * @param fields what was captured
 */
public record EndedSpan(SpanData span, SpanTemplate template, SpanFields fields) {

	private static final List<String> AI_PREFIXES = List.of("gen_ai.", "braintrust.", "llm.", "ai.", "traceloop.");

	/**
	 * Whether the span says anything about AI: it has a type, a field, or an attribute of
	 * AI instrumentation.
	 * @return whether it does
	 * @see <a href=
	 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/filter-ai-spans.md">Braintrust's
	 * specification, "Filter AI Spans"</a>
	 */
	boolean isAiSpan() {
		return this.template.type() != null || !this.fields.isEmpty()
				|| this.span.getAttributes()
					.asMap()
					.keySet()
					.stream()
					.anyMatch((key) -> AI_PREFIXES.stream().anyMatch(key.getKey()::startsWith));
	}

	/**
	 * About how much of the heap it holds with its content.
	 * @return the size in bytes
	 */
	long contentSize() {
		return ContentWriter.size(this.span, this.fields);
	}

	/**
	 * The same span without content. It lets go of its attachments, as it does when what
	 * is sent has been made of it.
	 * @param note what stands in place of the input and the output
	 * @return the span
	 */
	EndedSpan withoutContent(String note) {
		EndedSpan bare = new EndedSpan(ContentWriter.bare(this.span), this.template, this.fields.withoutContent(note));
		this.fields.release();
		return bare;
	}

	/**
	 * Write what is sent for the span.
	 * @param writer the writer of the content
	 * @param failed told why a span cannot be written whole
	 * @return what is sent
	 */
	SpanData write(ContentWriter writer, Consumer<Throwable> failed) {
		try {
			return writer.write(this.span, this.template, this.fields);
		}
		catch (RuntimeException | StackOverflowError | LinkageError ex) {
			// One span takes nothing from the others of its request.
			failed.accept(ex);
			return ContentWriter.writeBare(this.span, this.template);
		}
	}

}
