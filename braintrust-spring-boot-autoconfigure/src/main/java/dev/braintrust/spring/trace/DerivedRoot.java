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
 * The rule of a conversation whose ids are derived: the parent is a root span that says
 * nothing but that there is a conversation, and takes no time.
 * <p>
 * No turn can know whether it is the first, so each one makes the root anew, with the
 * same ids. A turn itself could not be the root: two first turns at once would be two
 * different spans under one id, and one of them would be lost. Roots that differ in
 * nothing but their time may replace each other; and where the process of the first turn
 * dies with its spans unsent, the next turn brings the root.
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
		// Where the application has given the project a generator of ids of its own, the
		// root has others. It is not ended then, so it is not sent, and the turns are one
		// trace without it.
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
	 * The ids of the trace of a conversation and of its root span, made of nothing but
	 * the project and the application's own id of the conversation: the first 16 and the
	 * next 8 bytes of the SHA-256 of {@code braintrust-conversation}, the route of the
	 * project ({@code project_id:…} or {@code project_name:…}) and the id, each in UTF-8
	 * and with a zero byte after it.
	 *
	 * @param traceId the trace id, 32 hexadecimal digits
	 * @param rootSpanId the id of the root span, 16 hexadecimal digits
	 */
	record Ids(String traceId, String rootSpanId) {

		private static final String DOMAIN = "braintrust-conversation";

		private static final int TRACE_ID_BYTES = 16;

		private static final int SPAN_ID_BYTES = 8;

		// Derive the ids.
		static Ids of(String route, String conversationId) {
			byte[] hash = Sha256.of(DOMAIN, route, conversationId);
			HexFormat hex = HexFormat.of();
			return new Ids(hex.formatHex(hash, 0, TRACE_ID_BYTES),
					hex.formatHex(hash, TRACE_ID_BYTES, TRACE_ID_BYTES + SPAN_ID_BYTES));
		}

	}

	/**
	 * Random ids, and those of a conversation for its derived root: the SDK has no other
	 * way to be told the ids of a span.
	 */
	static final class Generator implements IdGenerator {

		private final IdGenerator random = IdGenerator.random();

		// Trace id and span id. An array, since a value of a class of ours would hold its
		// loader if it were left on a thread.
		private final ThreadLocal<@Nullable String[]> derived = new ThreadLocal<>();

		<T> T with(Ids ids, Supplier<T> start) {
			@Nullable String[] derived = { ids.traceId(), ids.rootSpanId() };
			this.derived.set(derived);
			try {
				return start.get();
			}
			finally {
				// Near the end of the stack the removal may fail. The ids must not go to
				// the next span of this thread then.
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

		// The bytes of a hash are spread as evenly as random ones.
		@Override
		public boolean generatesRandomTraceIds() {
			return true;
		}

	}

}
