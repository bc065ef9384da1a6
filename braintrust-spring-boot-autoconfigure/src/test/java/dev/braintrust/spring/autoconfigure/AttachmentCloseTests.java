package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.Attachments;
import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.settings.ProjectSettings;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.UploadFlow.Fault;
import dev.braintrust.spring.support.UploadFlow.Step;
import dev.braintrust.spring.upload.AttachmentUploads;
import dev.braintrust.spring.upload.ProjectAttachments;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the end of {@link AttachmentUploads} while it reports what it has given up.
 */
@Tag("fault")
class AttachmentCloseTests {

	private static final int WAITING = 400;

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ProjectSettings settings = TracedAttachments.settings(Map.of("braintrust.api-key", "sk-test",
			"braintrust.api-url", this.receiver.url(), "braintrust.projects.support.name", "Support"));

	private final AttachmentUploads uploads = new AttachmentUploads(new HttpClients(null));

	private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

	private final Thread closing = new Thread(() -> {
		this.uploads.close(TracedAttachments.LONG);
		this.closed.complete(Thread.interrupted());
	});

	@BeforeEach
	void upload() {
		ProjectAttachments project = this.uploads.open(this.settings);
		add(project, 0);
		assertThat(project.flush(TracedAttachments.LONG)).isTrue();
		this.receiver.uploads().failing(Step.STORAGE, Fault.hang());
		for (int i = 1; i <= WAITING; i++) {
			add(project, i);
		}
		await().until(() -> requests(Step.STORAGE) == 2);
		this.closing.start();
		await().pollInterval(Duration.ofMillis(1)).until(() -> requests(Step.STATUS) > 1);
	}

	@AfterEach
	void close() {
		this.uploads.close();
		this.receiver.uploads().release();
		this.receiver.close();
	}

	@Test
	void projectThatIsFirstUsedThenStopsNoReport() {
		this.uploads.open(this.settings);
		assertThat(this.closed.join()).isFalse();
		assertThatAllIsReported();
	}

	@Test
	void interruptThenStopsNoReportAndIsKept() {
		this.closing.interrupt();
		assertThat(this.closed.join()).isTrue();
		assertThatAllIsReported();
	}

	private void assertThatAllIsReported() {
		assertThat(this.receiver.uploads().statuses().values())
			.filteredOn((status) -> status.at("/status/upload_status").asString().equals("error"))
			.hasSize(WAITING);
	}

	private int requests(Step step) {
		return this.receiver.uploads().requests(step).size();
	}

	private static void add(ProjectAttachments project, int seed) {
		project.admit(Attachments.of(TracedAttachments.image(100, seed)), 100).upload().confirm();
	}

}
