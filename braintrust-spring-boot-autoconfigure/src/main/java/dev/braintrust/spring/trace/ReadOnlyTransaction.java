package dev.braintrust.spring.trace;

import java.lang.annotation.Annotation;

import dev.braintrust.spring.StoredTraceContext;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Tells, if Spring's transactions are on the class path, whether a context that JPA
 * should write is stored in a transaction that writes nothing.
 */
final class ReadOnlyTransaction {

	private static final boolean TRANSACTIONS = ClassUtils.isPresent(
			"org.springframework.transaction.support.TransactionSynchronizationManager",
			ReadOnlyTransaction.class.getClassLoader());

	private static final String PERSISTENCE = "jakarta.persistence.";

	private ReadOnlyTransaction() {
	}

	// Whether what is stored now is not written. Other stores, such as a map of headers,
	// do not depend on the transaction.
	static boolean loses(StoredTraceContext stored) {
		return TRANSACTIONS && OfSpring.isReadOnly() && isPersistent(stored.getClass());
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

	/**
	 * Apart, so that no class of Spring's transactions is loaded where there is none.
	 */
	private static final class OfSpring {

		private OfSpring() {
		}

		static boolean isReadOnly() {
			return TransactionSynchronizationManager.isCurrentTransactionReadOnly();
		}

	}

}
