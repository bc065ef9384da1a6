package dev.braintrust.spring.trace;

import java.util.HexFormat;
import java.util.function.Supplier;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.content.SpanTemplate;
import dev.braintrust.spring.settings.Sha256;
import dev.braintrust.spring.trace.w3c.BaggageMembers;
import dev.braintrust.spring.trace.w3c.DetachedContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.IdGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The rule of a conversation with derived ids. The parent is a root span without content
 * or duration. It only marks the conversation.
 * <p>
 * No turn can know whether it is the first, so each turn creates the root again with the
 * same ids. A turn itself could not be the root: two concurrent first turns would be two
 * different spans with one id, and one of them would be lost. Roots differ only in their
 * time, so one may replace another. If the process of the first turn dies before its
 * spans are sent, the next turn sends the root.
 */
final class DerivedRoot implements ParentRule {

	static final String NAME = "conversation";

	private final Ids ids;

	private final Tracer tracer;

	private final SpanTemplate template;

	DerivedRoot(Ids ids, Tracer tracer, SpanTemplate template) {
		this.ids = ids;
		this.tracer = tracer;
		this.template = template;
	}

	@Override
	public ProjectSpan parent(Project project, @Nullable ProjectSpan row) {
		if (row != null) {
			return row;
		}
		Span root = project.ids().with(this.ids, () -> start(project));
		SpanContext context = root.getSpanContext();
		if (!context.isValid()) {
			return new DefaultProjectSpan(project, root);
		}
		// If the application gave the project its own id generator, the root has other
		// ids. Then it is not ended and so not sent, and the turns form one trace
		// without it.
		if (context.getSpanId().equals(this.ids.rootSpanId())) {
			new DefaultProjectSpan(project, root, this.template, BaggageMembers.NONE, null).end();
		}
		return new DefaultProjectSpan(project, Span.wrap(SpanContext.createFromRemoteParent(this.ids.traceId(),
				this.ids.rootSpanId(), context.getTraceFlags(), context.getTraceState())));
	}

	private Span start(Project project) {
		return project.recorder().start(this.tracer.spanBuilder(NAME).setParent(DetachedContext.empty()));
	}

	/**
	 * The ids of a conversation's trace and of its root span, derived only from the
	 * project and the application's own id of the conversation: the first 16 and the next
	 * 8 bytes of the SHA-256 of {@code braintrust-conversation}, the route of the project
	 * ({@code project_id:…} or {@code project_name:…}) and the id, each in UTF-8 and
	 * followed by a zero byte.
	 *
	 * @param traceId the trace id, 32 hexadecimal digits
	 * @param rootSpanId the id of the root span, 16 hexadecimal digits
	 */
	record Ids(String traceId, String rootSpanId) {

		private static final String DOMAIN = "braintrust-conversation";

		private static final int TRACE_ID_BYTES = 16;

		private static final int SPAN_ID_BYTES = 8;

		static Ids of(String route, String conversationId) {
			byte[] hash = Sha256.of(DOMAIN, route, conversationId);
			HexFormat hex = HexFormat.of();
			return new Ids(hex.formatHex(hash, 0, TRACE_ID_BYTES),
					hex.formatHex(hash, TRACE_ID_BYTES, TRACE_ID_BYTES + SPAN_ID_BYTES));
		}

	}

	/**
	 * Generates random ids, or the derived ids while the root of a conversation starts.
	 * The SDK takes the ids of a span only from its generator.
	 */
	static final class Generator implements IdGenerator {

		private final IdGenerator random = IdGenerator.random();

		// Trace id and span id. An array of strings: an instance of our own class, left
		// on a thread, would hold its class loader.
		private final ThreadLocal<@Nullable String[]> derived = new ThreadLocal<>();

		<T> T with(Ids ids, Supplier<T> start) {
			@Nullable String[] derived = { ids.traceId(), ids.rootSpanId() };
			this.derived.set(derived);
			try {
				return start.get();
			}
			finally {
				// Near the end of the stack the removal may fail. The next span of this
				// thread must not get the ids.
				derived[0] = null;
				derived[1] = null;
				this.derived.remove();
			}
		}

		private @Nullable String derived(int part) {
			@Nullable String[] derived = this.derived.get();
			return (derived != null) ? derived[part] : null;
		}

		@Override
		public String generateTraceId() {
			String id = derived(0);
			return (id != null) ? id : this.random.generateTraceId();
		}

		@Override
		public String generateSpanId() {
			String id = derived(1);
			return (id != null) ? id : this.random.generateSpanId();
		}

		// The bytes of a hash are distributed as evenly as random bytes.
		@Override
		public boolean generatesRandomTraceIds() {
			return true;
		}

	}

}
