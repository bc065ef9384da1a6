package dev.braintrust.spring.trace;

import java.util.EnumSet;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Says what goes wrong with the stored contexts of a project, each kind once: a column
 * that is too short, say, would be heard of in every turn otherwise. No stored value is
 * said.
 */
final class ConversationWarnings {

	private static final Log logger = LogFactory.getLog(StoredParent.class);

	private final Set<Kind> said = EnumSet.noneOf(Kind.class);

	void say(Kind kind, String project, @Nullable Throwable cause) {
		synchronized (this.said) {
			if (!this.said.add(kind)) {
				return;
			}
		}
		logger.warn(kind.text + " (Braintrust project '" + project + "'). This is said once.", cause);
	}

	// What goes wrong.
	enum Kind {

		MALFORMED("A stored trace context is malformed; the conversation starts a new trace"),

		UNREADABLE("A stored trace context could not be read; this turn is traced on its own"),

		NOT_STORED("A trace context could not be stored; the next turn starts a trace of its own"),

		// The context is stored in an entity that is not written.
		READ_ONLY("The first turn of a conversation runs in a read-only transaction, which does not write its trace "
				+ "context to the database; the next turn starts a trace of its own, unless you save the entity "
				+ "elsewhere. Run the turn in a transaction that writes, such as @Transactional without 'readOnly', "
				+ "or give the id of the conversation too: inTrace(stored, conversationId, name)");

		private final String text;

		Kind(String text) {
			this.text = text;
		}

	}

}
