package dev.braintrust.spring.export;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.braintrust.spring.api.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the log messages for a project with recurring failures.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExportLogTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private static final Reply ACCEPTED = Reply.of(200);

	private static final Reply REFUSED = Reply.of(400);

	private static final Reply UNAVAILABLE = Reply.of(503);

	private final AtomicLong time = new AtomicLong();

	private final ExportLog log = new ExportLog(this.time::get);

	private final ExportTarget target = new ExportTarget(SpanSource.settings("support", "http://127.0.0.1:9"));

	@Test
	void troubleThatComesAndGoesIsSaidOnceInTenMinutes(CapturedOutput output) {
		for (int i = 0; i < 50; i++) {
			answered(REFUSED, ACCEPTED);
		}
		await().untilAsserted(
				() -> assertThat(output).containsOnlyOnce("are refused by").containsOnlyOnce("are accepted again"));
		this.time.addAndGet(Duration.ofMinutes(10).toNanos());
		answered(REFUSED, REFUSED, ACCEPTED, ACCEPTED);
		await().untilAsserted(() -> assertThat(output.toString().split("are refused by", -1)).hasSize(3));
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("failed requests meanwhile: 2"));
	}

	@Test
	void oneSpanIsOneAndSeveralAreSeveral(CapturedOutput output) {
		this.log.abandoned("support", 1, false);
		this.log.abandoned("support", 2, true);
		this.log.await(LONG);
		await().untilAsserted(() -> assertThat(output)
			.contains("The Braintrust project 'support' loses 1 span, which could not be sent before the application "
					+ "context closed.")
			.contains("The Braintrust project 'support' loses 2 spans, which could not be sent before the "
					+ "experiment ended."));
	}

	@Test
	void fullQueueIsSaidOnceInTenMinutes(CapturedOutput output) {
		for (int i = 0; i < 50; i++) {
			this.log.full(this.target);
		}
		this.log.await(LONG);
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("end faster than they can be sent"));
		this.time.addAndGet(Duration.ofMinutes(10).toNanos());
		this.log.full(this.target);
		this.log.await(LONG);
		await().untilAsserted(() -> assertThat(output.toString().split("end faster", -1)).hasSize(3));
	}

	@Test
	void otherTroubleIsSaidAtOnce(CapturedOutput output) {
		answered(REFUSED, ACCEPTED, UNAVAILABLE, UNAVAILABLE, ACCEPTED);
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("with status 400")
			.containsOnlyOnce("at the moment (status 503)")
			.containsOnlyOnce("failed requests meanwhile: 1")
			.containsOnlyOnce("failed requests meanwhile: 2"));
	}

	@Test
	void troublesThatTakeTurnsAreSaidOnceEach(CapturedOutput output) {
		for (int i = 0; i < 50; i++) {
			answered(UNAVAILABLE, REFUSED);
		}
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("with status 400")
			.containsOnlyOnce("at the moment (status 503)"));
	}

	private void answered(Reply... answers) {
		for (Reply answer : answers) {
			this.log.answered(this.target, answer,
					answer.mayPass() ? RequestTries.Outcome.REPEATED : RequestTries.Outcome.SETTLED);
		}
		this.log.await(LONG);
	}

}
