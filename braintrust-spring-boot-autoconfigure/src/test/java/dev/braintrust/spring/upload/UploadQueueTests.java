package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectProperties;
import dev.braintrust.spring.autoconfigure.properties.ProjectSettingsResolver;
import dev.braintrust.spring.upload.AttachmentStatus.State;
import org.junit.jupiter.api.Test;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link UploadQueue} and {@link Organizations} where sending fails at once.
 */
class UploadQueueTests {

	private static final int MANY = 20_000;

	@Test
	void loginThatCannotBeSentFailsEachTime() {
		Organizations organizations = new Organizations(closedRequests());
		for (int i = 0; i < 2; i++) {
			assertThatThrownBy(() -> organizations.of(target(), () -> {
			}).join()).hasCauseInstanceOf(UploadFailure.class);
		}
	}

	@Test
	void manyUploadsThatFailAtOnceEndOneAfterAnother() {
		List<Upload> ended = new ArrayList<>();
		AtomicReference<UploadQueue> unfilled = new AtomicReference<>();
		UploadSteps steps = new UploadSteps(closedRequests());
		UploadQueue queue = new UploadQueue(target(), () -> {
			// While the first is under way the others come to wait.
			UploadQueue first = unfilled.getAndSet(null);
			for (int i = 0; first != null && i < MANY; i++) {
				first.add(upload());
			}
			return steps;
		}, UploadPace.NORMAL, new UploadLog("support"), (upload, uploaded) -> ended.add(upload));
		unfilled.set(queue);
		queue.add(upload());
		assertThat(queue.flush(Duration.ZERO)).isTrue();
		assertThat(ended).hasSize(MANY + 1);
		assertThat(queue.failures()).isEqualTo(MANY + 1);
		assertThat(queue.status(Map.of(), 0).state()).isEqualTo(State.UNAVAILABLE);
	}

	@Test
	void pauseIsAsLongAsTheServerAsksUpToTenMinutesAndNeverLessThanTheNormalOne() {
		UploadPace pace = new UploadPace(8, Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ZERO);
		assertThat(pace.pause(1, Duration.ZERO)).isBetween(1_000_000_000L, 2_000_000_000L);
		assertThat(pace.pause(1, Duration.ofSeconds(5))).isEqualTo(5_000_000_000L);
		assertThat(pace.pause(1, Duration.ofMinutes(2))).isEqualTo(120_000_000_000L);
		assertThat(pace.pause(1, Duration.ofDays(365L * 1000))).isEqualTo(600_000_000_000L);
	}

	private static Upload upload() {
		return new Upload(new ContentDigests.Digest("x", 3, 0), Attachments.of(new byte[3], "image/png"), () -> {
		});
	}

	private static UploadRequests closedRequests() {
		UploadHttp http = new UploadHttp(new HttpClients(null));
		http.close();
		return new UploadRequests(http, UploadPace.NORMAL);
	}

	private static UploadTarget target() {
		BraintrustProperties properties = new BraintrustProperties();
		properties.setApiKey("sk-test");
		properties.getProjects().put("support", new ProjectProperties());
		return new ProjectSettingsResolver(properties, new MockEnvironment()).resolve()
			.stream()
			.map((settings) -> new UploadTarget(settings, settings.apiKey(), new SourceReads().ofProject()))
			.findFirst()
			.orElseThrow();
	}

}
