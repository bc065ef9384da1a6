package dev.braintrust.spring.trace;

import java.util.concurrent.ThreadLocalRandom;

import dev.braintrust.spring.trace.DerivedRoot.Ids;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;

/**
 * The ids of the root spans of rows. Their trace ids begin with a mark, so that a
 * conversation stored by a row is recognized however it is stored. It must not be
 * continued after its experiment has ended: the new spans would be in the logs, and their
 * parents in the experiment.
 */
final class RowIds {

	// One in four billion other traces begins with the mark by chance, and is
	// not continued.
	private static final String MARK = "b7e0a105";

	private static final long HIGH = Long.parseUnsignedLong(MARK, 16) << 32;

	private RowIds() {
	}

	static Ids next() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		String traceId = TraceId.fromLongs(HIGH | random.nextInt() & 0xFFFFFFFFL, random.nextLong());
		return new Ids(traceId, IdGenerator.random().generateSpanId());
	}

	static boolean isOfRow(String traceId) {
		return traceId.startsWith(MARK);
	}

}
