package dev.braintrust.spring.actuate;

import java.util.function.ToDoubleFunction;

import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.LossReason;

/**
 * A number of an export that has a meter. One class for all of them, and not one for
 * each, is less to load when an application starts.
 */
enum ExportFigure implements ToDoubleFunction<ExportStatus> {

	WAITING,

	UNDER_WAY,

	WAITING_BYTES,

	ACCEPTED_BYTES,

	REQUESTS,

	// Spans that were sent again.
	RETRIED,

	ACCEPTED,

	// Spans whose request is settled, which have left the queue, whatever became of them.
	SETTLED;

	@Override
	public double applyAsDouble(ExportStatus status) {
		return switch (this) {
			case WAITING -> status.queued() - status.underWay();
			case UNDER_WAY -> status.underWay();
			case WAITING_BYTES -> status.queuedBytes();
			case ACCEPTED_BYTES -> status.bytes();
			case REQUESTS -> status.requests();
			case RETRIED -> status.retried();
			case ACCEPTED -> status.sent();
			case SETTLED -> status.sent() + lost(status, LossReason.REFUSED) + lost(status, LossReason.REJECTED)
					+ lost(status, LossReason.GIVEN_UP) + lost(status, LossReason.UNSENDABLE);
		};
	}

	private static long lost(ExportStatus status, LossReason reason) {
		return status.lost().getOrDefault(reason, 0L);
	}

}
