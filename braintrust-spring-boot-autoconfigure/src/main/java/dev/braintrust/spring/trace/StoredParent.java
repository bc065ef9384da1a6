package dev.braintrust.spring.trace;

import java.lang.annotation.Annotation;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.trace.route.Routes;
import dev.braintrust.spring.trace.w3c.W3CTraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The rule of a conversation: the parent is the stored root. Before a root is stored, the
 * span itself becomes the root, or a child of a derived root, and that root is stored.
 */
final class StoredParent implements ParentRule {

	private static final String MALFORMED = "A stored trace context is malformed; the conversation starts a new trace";

	private static final String UNREADABLE = "A stored trace context could not be read; this turn is traced on its own";

	private static final String NOT_STORED = "A trace context could not be stored; the next turn starts a trace of its "
			+ "own";

	private static final String READ_ONLY = "The first turn of a conversation runs in a read-only transaction, which "
			+ "does not write its trace context to the database; the next turn starts a trace of its own, unless you "
			+ "save the entity elsewhere. Run the turn in a transaction that writes, such as @Transactional without "
			+ "'readOnly', or give the id of the conversation too: inTrace(stored, conversationId, name)";

	private final Project project;

	private final StoredTraceContext stored;

	private final ParentRule first;

	private boolean mayStore;

	StoredParent(Project project, StoredTraceContext stored, ParentRule first) {
		this.project = project;
		this.stored = stored;
		this.first = first;
	}

	@Override
	public @Nullable ProjectSpan parent(Project project, @Nullable ProjectSpan row) {
		SpanContext context = read();
		if (context.isValid() && (row != null || !isOfEndedRow(context))) {
			return new DefaultProjectSpan(project, Span.wrap(context));
		}
		ProjectSpan root = this.first.parent(project, row);
		if (root != null) {
			store(root);
			this.mayStore = false;
		}
		return root;
	}

	// Whether the row that stored the context has ended. The conversation then starts a
	// new trace and stores it.
	private boolean isOfEndedRow(SpanContext context) {
		Routes routes = this.project.routes();
		boolean live = routes != null && routes.row(context.getTraceId(), this.project) != null;
		this.mayStore = RowIds.isOfRow(context.getTraceId()) && !live;
		return this.mayStore;
	}

	private SpanContext read() {
		this.mayStore = false;
		try {
			String traceparent = this.stored.traceparent();
			SpanContext context = W3CTraceContext.parseStored(traceparent, this.stored.tracestate());
			if (!context.isValid()) {
				this.mayStore = true;
				if (StringUtils.hasLength(traceparent)) {
					warn(MALFORMED, null);
				}
			}
			return context;
		}
		catch (Throwable ex) {
			warn(UNREADABLE, ex);
			return SpanContext.getInvalid();
		}
	}

	@Override
	public void started(ProjectSpan span) {
		// A derived root is the same in the next turn, stored or not.
		if (mayStore(span) && ReadOnlyTransaction.loses(this.stored)) {
			warn(READ_ONLY, null);
		}
		store(span);
	}

	// The trace id of another library's row does not have our mark, so the next turn
	// would continue it in the logs.
	private boolean mayStore(ProjectSpan span) {
		SpanContext context = span.getSpanContext();
		boolean inRow = span instanceof DefaultProjectSpan ours && ours.row() != null;
		return this.mayStore && context.isValid() && (!inRow || RowIds.isOfRow(context.getTraceId()));
	}

	private void store(ProjectSpan span) {
		if (!mayStore(span)) {
			return;
		}
		SpanContext context = span.getSpanContext();
		try {
			this.stored.store(W3CTraceContext.traceparent(context), W3CTraceContext.tracestate(context));
		}
		catch (Throwable ex) {
			warn(NOT_STORED, ex);
		}
	}

	// Stored values are never logged.
	private void warn(String problem, @Nullable Throwable cause) {
		this.project.warn(problem, problem + " (Braintrust project '" + this.project.settings().key() + "').", cause);
	}

	/**
	 * Detects a context that JPA should store, but in a read-only transaction, which
	 * writes nothing. Only used if Spring's transactions are on the class path.
	 */
	private static final class ReadOnlyTransaction {

		private static final boolean TRANSACTIONS = ClassUtils.isPresent(
				"org.springframework.transaction.support.TransactionSynchronizationManager",
				ReadOnlyTransaction.class.getClassLoader());

		private static final String PERSISTENCE = "jakarta.persistence.";

		private ReadOnlyTransaction() {
		}

		// Other stores, such as a map of headers, do not depend on the transaction.
		static boolean loses(StoredTraceContext stored) {
			return TRANSACTIONS && TransactionSynchronizationManager.isCurrentTransactionReadOnly()
					&& isPersistent(stored.getClass());
		}

		private static boolean isPersistent(Class<?> type) {
			for (Class<?> each = type; each != null; each = each.getSuperclass()) {
				for (Annotation annotation : each.getAnnotations()) {
					if (annotation.annotationType().getName().startsWith(PERSISTENCE)) {
						return true;
					}
				}
			}
			return false;
		}

	}

}
