package dev.braintrust.spring.ai.provider;

import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The thread that writes the spans of all projects also joins long streams, so the time
 * must only grow with the length of the stream.
 */
class JoinedStreamTests {

	private static final int PIECES = 10_000;

	private static final long MEGABYTE = 1024 * 1024;

	@Test
	void streamOfManyPiecesIsNotCopiedForEach() {
		JsonNode piece = JsonMapper.shared()
			.readTree("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "x".repeat(100) + "\"}}]}");
		List<JsonNode> events = Collections.nCopies(PIECES, piece);
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadAllocatedBytes();
		JsonNode answer = OpenAiChatEndpoint.INSTANCE.join(events);
		assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(200 * MEGABYTE);
		assertThat(answer.at("/choices/0/message/content").asString()).isEqualTo("x".repeat(100 * PIECES));
	}

}
