package dev.braintrust.spring.upload;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.upload.UploadFailure.Step;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The steps of an upload: login, request of a URL, the bytes, report of the status. The
 * API key goes to the API alone.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#upload-flow">Braintrust's
 * specification, "Upload flow"</a>
 */
final class UploadSteps {

	private static final String ATTACHMENT_PATH = "/attachment";

	private static final String STATUS_PATH = "/attachment/status";

	private static final int REPORTS_AT_ONCE = 4;

	private static final int SLOWEST_BYTES_PER_SECOND = 256 * 1024;

	// The storage's answers to a URL that is no longer valid.
	private static final Set<Integer> EXPIRED = Set.of(400, 403, 410);

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final UploadRequests requests;

	private final Organizations organizations;

	UploadSteps(UploadRequests requests) {
		this.requests = requests;
		this.organizations = new Organizations(requests);
	}

	CompletableFuture<Void> run(UploadTarget target, Upload upload, Runnable failed) {
		Attachment attachment = upload.attachment();
		if (attachment == null) {
			return CompletableFuture.failedFuture(new UploadFailure(Step.CLOSED, "given up", false));
		}
		return this.organizations.of(target, failed)
			.thenCompose((organization) -> new Run(target, upload, attachment, organization, failed).start());
	}

	// Give up what is under way, and repeat nothing from now on. What is stopped reports
	// itself, once.
	void stop() {
		this.requests.stop();
	}

	// Report uploads that have been given up, as long as the server answers.
	CompletableFuture<?> report(UploadQueue.Left left) {
		String organization = this.organizations.known(left.target());
		if (organization == null) {
			return left.run();
		}
		Queue<String> keys = new ConcurrentLinkedQueue<>(left.keys());
		UploadFailure failure = new UploadFailure(Step.CLOSED, "not uploaded in time", false);
		List<CompletableFuture<?>> reports = new ArrayList<>(List.of(left.run()));
		for (int i = 0; i < REPORTS_AT_ONCE; i++) {
			reports.add(report(left.target(), organization, keys, failure));
		}
		return CompletableFuture.allOf(reports.toArray(CompletableFuture[]::new));
	}

	private CompletableFuture<Void> report(UploadTarget target, String organization, Queue<String> keys,
			UploadFailure failure) {
		String key = keys.poll();
		if (key == null) {
			return CompletableFuture.completedFuture(null);
		}
		return this.requests.sendOnce(status(target, key, organization, failure), target)
			.thenCompose((answer) -> answer.isAccepted() ? report(target, organization, keys, failure)
					: CompletableFuture.completedFuture(null));
	}

	private static HttpRequest status(UploadTarget target, String key, String organization,
			@Nullable UploadFailure failure) {
		Map<String, Object> status = new LinkedHashMap<>();
		status.put("upload_status", (failure != null) ? "error" : "done");
		if (failure != null) {
			status.put("error_message", failure.step().name().toLowerCase(Locale.ROOT) + ": " + failure.getMessage());
		}
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("key", key);
		body.put("org_id", organization);
		body.put("status", status);
		return post(target, STATUS_PATH, body);
	}

	private static HttpRequest post(UploadTarget target, String path, Map<String, Object> body) {
		return HttpRequest.newBuilder(target.endpoint(path))
			.header("Content-Type", "application/json")
			.header("Authorization", "Bearer " + target.account().apiKey().value())
			.POST(BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
			.build();
	}

	/**
	 * One upload.
	 */
	private final class Run {

		private final UploadTarget target;

		private final String key;

		private final long size;

		private final Attachment attachment;

		private final String organization;

		private final Runnable failed;

		Run(UploadTarget target, Upload upload, Attachment attachment, String organization, Runnable failed) {
			this.target = target;
			this.key = upload.key();
			this.size = upload.size();
			this.attachment = attachment;
			this.organization = organization;
			this.failed = failed;
		}

		CompletableFuture<Void> start() {
			return sign().thenCompose((url) -> put(url, true)).handle((done, failure) -> {
				UploadFailure cause = (failure != null) ? UploadFailure.of(failure) : null;
				return report(cause);
			}).thenCompose((reported) -> reported);
		}

		private CompletableFuture<SignedUrl> sign() {
			Map<String, Object> body = new LinkedHashMap<>();
			body.put("key", this.key);
			body.put("filename", this.attachment.name());
			body.put("content_type", this.attachment.contentType());
			body.put("org_id", this.organization);
			return UploadSteps.this.requests
				.send(() -> post(this.target, ATTACHMENT_PATH, body), this.target, this.target.timeout(), this.failed)
				.thenApply((answer) -> {
					if (!answer.isAccepted()) {
						boolean ofThisOne = answer.status() == 400 || answer.status() == 413 || answer.status() == 422;
						throw new UploadFailure(Step.URL, answer.describe(), !ofThisOne);
					}
					return SignedUrl.parse(answer.body(), this.target);
				});
		}

		private CompletableFuture<Void> put(SignedUrl url, boolean first) {
			long seconds = this.size / SLOWEST_BYTES_PER_SECOND;
			Duration timeout = this.target.timeout().plusSeconds(seconds);
			return UploadSteps.this.requests
				.send(() -> url.request(this.attachment, this.size), this.target, timeout, this.failed)
				.thenCompose((answer) -> {
					if (answer.isAccepted()) {
						return CompletableFuture.completedFuture(null);
					}
					url.checkReadable();
					// A URL may have expired while the upload waited.
					if (first && EXPIRED.contains(answer.status())) {
						return sign().thenCompose((another) -> put(another, false));
					}
					throw new UploadFailure(Step.STORAGE, answer.describe(), answer.mayPass());
				});
		}

		private CompletableFuture<Void> report(@Nullable UploadFailure failure) {
			Supplier<HttpRequest> status = () -> status(this.target, this.key, this.organization, failure);
			// Where nothing goes through, the report does not either; it is tried once.
			CompletableFuture<UploadAnswer> answer = (failure != null && failure.isGeneral())
					? UploadSteps.this.requests.sendOnce(status.get(), this.target)
					: UploadSteps.this.requests.send(status, this.target, this.target.timeout(), this.failed);
			return answer.thenAccept((reported) -> {
				if (failure != null) {
					throw failure;
				}
				if (!reported.isAccepted()) {
					throw new UploadFailure(Step.STATUS, reported.describe(), reported.mayPass());
				}
			});
		}

	}

}
