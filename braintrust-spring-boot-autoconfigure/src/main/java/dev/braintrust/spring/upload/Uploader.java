package dev.braintrust.spring.upload;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.api.Account;
import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.api.BraintrustApi;
import dev.braintrust.spring.api.Login;
import dev.braintrust.spring.api.Reply;
import dev.braintrust.spring.upload.UploadFailure.Step;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Uploads one attachment: logs in, requests a URL, sends the bytes, reports the status.
 * The API key goes only to the API.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/features/attachments.md#upload-flow">Braintrust's
 * specification, "Upload flow"</a>
 */
final class Uploader {

	private static final int SLOWEST_BYTES_PER_SECOND = 256 * 1024;

	// Statuses that concern only this attachment.
	private static final Set<Integer> OF_ONE = Set.of(400, 413, 422);

	// The storage's statuses for a URL that is no longer valid.
	private static final Set<Integer> EXPIRED = Set.of(400, 403, 410);

	private final BraintrustApi api;

	private final Account account;

	private final SourceReads.OfProject reads;

	private final Upload upload;

	// Set after the login.
	private volatile String organization = "";

	Uploader(BraintrustApi api, Account account, SourceReads.OfProject reads, Upload upload) {
		this.api = api;
		this.account = account;
		this.reads = reads;
		this.upload = upload;
	}

	CompletableFuture<Void> upload() {
		this.upload.at(Step.LOGIN);
		return this.api.login(this.account).thenCompose((login) -> {
			this.organization = organization(login);
			return sign().thenCompose((url) -> put(url, true))
				.handle((done, failure) -> report((failure != null) ? UploadFailure.of(failure) : null))
				.thenCompose((reported) -> reported);
		});
	}

	private String organization(Login login) {
		try {
			return login.organization(this.account.orgName()).id();
		}
		catch (ApiFailure ex) {
			throw new UploadFailure(Step.LOGIN,
					String.valueOf(login.reply().isAccepted() ? ex.getMessage() : login.reply().describe()), true);
		}
	}

	private CompletableFuture<SignedUrl> sign() {
		Attachment attachment = this.upload.attachment();
		ObjectNode body = JsonNodeFactory.instance.objectNode()
			.put("key", this.upload.key())
			.put("filename", attachment.name())
			.put("content_type", attachment.contentType())
			.put("org_id", this.organization);
		return post(Step.URL, "/attachment", body).thenApply((reply) -> {
			if (!reply.isAccepted()) {
				throw new UploadFailure(Step.URL, reply.describe(), !OF_ONE.contains(reply.status()));
			}
			return SignedUrl.parse(reply.json(), this.account, this.reads);
		});
	}

	private CompletableFuture<Reply> post(Step step, String path, ObjectNode body) {
		return this.upload.sending(step, this.api.post(this.account, path, body));
	}

	private CompletableFuture<Void> put(SignedUrl url, boolean first) {
		long size = this.upload.size();
		Duration timeout = this.account.timeout().plusSeconds(size / SLOWEST_BYTES_PER_SECOND);
		CompletableFuture<Reply> sent = this.api.sendElsewhere(this.account,
				() -> url.request(this.upload.attachment(), size), timeout);
		return this.upload.sending(Step.STORAGE, sent).thenCompose((reply) -> {
			if (reply.isAccepted()) {
				this.upload.stored();
				return CompletableFuture.completedFuture(null);
			}
			url.checkReadable();
			// A URL may have expired while the upload waited.
			if (first && EXPIRED.contains(reply.status())) {
				return sign().thenCompose((another) -> put(another, false));
			}
			throw new UploadFailure(Step.STORAGE, reply.describe(), reply.mayBeRepeated());
		});
	}

	private CompletableFuture<Void> report(@Nullable UploadFailure failure) {
		ObjectNode status = JsonNodeFactory.instance.objectNode()
			.put("upload_status", (failure != null) ? "error" : "done");
		if (failure != null) {
			status.put("error_message", failure.step().tag() + ": " + failure.getMessage());
		}
		ObjectNode body = JsonNodeFactory.instance.objectNode()
			.put("key", this.upload.key())
			.put("org_id", this.organization);
		body.set("status", status);
		if (failure != null && this.upload.isOver()) {
			return CompletableFuture.failedFuture(failure);
		}
		if (failure != null) {
			// No span refers to it, so the report is not retried.
			return this.api.postOnce(this.account, "/attachment/status", body).thenAccept((reply) -> {
				throw failure;
			});
		}
		return post(Step.STATUS, "/attachment/status", body).thenAccept((reply) -> {
			if (!reply.isAccepted()) {
				throw new UploadFailure(Step.STATUS, reply.describe(), reply.mayBeRepeated());
			}
		});
	}

}
