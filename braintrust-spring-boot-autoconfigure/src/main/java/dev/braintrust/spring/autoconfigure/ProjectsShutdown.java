package dev.braintrust.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.api.BackgroundThreads;
import dev.braintrust.spring.export.ExportStatus;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.settings.Amount;
import dev.braintrust.spring.settings.OneLine;
import dev.braintrust.spring.trace.OpenSpans;
import dev.braintrust.spring.trace.Project;
import dev.braintrust.spring.upload.AttachmentStatus;
import dev.braintrust.spring.upload.AttachmentUploads;
import io.opentelemetry.sdk.common.CompletableResultCode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Sends the recorded spans of all projects when the application context closes, within
 * the shutdown timeout. Each step runs on its own thread, because a processor, a proxy
 * selector or a logger of the application may block it forever. A blocked step neither
 * skips the next steps nor delays the close beyond the timeout.
 */
final class ProjectsShutdown implements Executor {

	private static final Log logger = LogFactory.getLog(BraintrustProjects.class);

	// How long the close waits before it logs a warning. Usually all spans are sent
	// by then.
	private static final Duration QUIET = Duration.ofSeconds(1);

	// Extra time for a step to return after its own timeout.
	private static final Duration GRACE = Duration.ofMillis(200);

	private static final int MAX_LENGTH = 500;

	// This many processor calls may hang at the same time without delaying others.
	private static final int MAX_CALLS = 32;

	private final SpanPipeline pipeline;

	private final AttachmentUploads uploads;

	private final Duration timeout;

	// The part of the timeout that stop(…) has used.
	private volatile Duration used = Duration.ZERO;

	private @Nullable ExecutorService calls;

	ProjectsShutdown(SpanPipeline pipeline, AttachmentUploads uploads, Duration timeout) {
		this.pipeline = pipeline;
		this.uploads = uploads;
		this.timeout = timeout;
	}

	// Run a call into a customizer's code, which may hang.
	@Override
	public void execute(Runnable call) {
		calls().execute(call);
	}

	private synchronized ExecutorService calls() {
		ExecutorService calls = (this.calls != null) ? this.calls
				: BackgroundThreads.pool("braintrust-processors", MAX_CALLS);
		this.calls = calls;
		return calls;
	}

	// Flush the span processors that customizers added to projects, and the queues at the
	// same time.
	static boolean flush(List<Project> projects, Duration timeout, Predicate<Duration> queues) {
		Assert.notNull(timeout, "'timeout' must not be null");
		long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
		CompletableResultCode processors = CompletableResultCode
			.ofAll(projects.stream().map(Project::flushProcessors).toList());
		boolean sent = queues.test(timeout);
		processors.join(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
		return sent && processors.isSuccess();
	}

	void start() {
		this.used = Duration.ZERO;
	}

	// The first flush. Spans that end later, while beans are destroyed, are sent
	// by close(…).
	void stop(List<Project> projects) {
		long before = System.nanoTime();
		// Even if uploads hang, keep some time for spans that end later.
		Duration most = this.timeout.multipliedBy(4).dividedBy(5);
		if (most.compareTo(QUIET) <= 0) {
			sendWithin(most);
		}
		else if (!sendWithin(QUIET) && within(GRACE, () -> announce(projects, this.timeout.minus(QUIET)))) {
			sendWithin(most.minus(QUIET));
		}
		this.used = Duration.ofNanos(System.nanoTime() - before);
	}

	private boolean sendWithin(Duration most) {
		return within(most, () -> send(most));
	}

	boolean send(Duration most) {
		return this.uploads.flush(this.pipeline::flush, most);
	}

	void close(List<Project> projects) {
		Duration left = this.timeout.minus(this.used);
		long deadline = System.nanoTime() + Math.max(0, TimeUnit.NANOSECONDS.convert(left));
		// A step that hangs here leaves most of the time to the others.
		within(until(deadline).dividedBy(4), () -> {
			OpenSpans.cut(projects);
			return true;
		});
		CompletableResultCode processors = CompletableResultCode
			.ofAll(projects.stream().map(Project::closeProcessors).toList());
		Duration reserve = reserve(until(deadline));
		Duration most = until(deadline).minus(reserve);
		within(most, () -> send(most));
		within(reserve.dividedBy(2), () -> {
			this.uploads.close(reserve.dividedBy(2));
			return true;
		});
		within(until(deadline), () -> {
			this.pipeline.close(until(deadline));
			return true;
		});
		within(until(deadline), () -> processors.join(until(deadline).toNanos(), TimeUnit.NANOSECONDS).isSuccess());
		// No step needs these threads any more.
		calls().shutdownNow();
	}

	// The time to keep for sending attachments that are not uploaded by then as base64.
	private Duration reserve(Duration left) {
		Duration least = this.timeout.dividedBy(8);
		Duration quarter = left.dividedBy(4);
		Duration reserve = (least.compareTo(quarter) > 0) ? least : quarter;
		return (reserve.compareTo(left) < 0) ? reserve : left;
	}

	private static Duration until(long deadline) {
		return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
	}

	// Whether a step succeeds in time. An interrupt of the closing thread must not lose
	// spans, so it is only restored at the end.
	private static boolean within(Duration most, BooleanSupplier step) {
		FutureTask<Boolean> task = new FutureTask<>(step::getAsBoolean);
		Thread thread = new Thread(task, "braintrust-shutdown");
		thread.setDaemon(true);
		thread.start();
		long deadline = System.nanoTime() + most.plus(GRACE).toNanos();
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return task.get(until(deadline).toNanos(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (ExecutionException | TimeoutException ex) {
			task.cancel(true);
			return false;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	// Log what the close waits for. Returns false if nothing is pending.
	private boolean announce(List<Project> projects, Duration most) {
		StringJoiner waiting = new StringJoiner(", ");
		int unnamed = 0;
		for (Project project : projects) {
			String what = waiting(project);
			if (!what.isEmpty() && waiting.length() > MAX_LENGTH) {
				unnamed++;
			}
			else if (!what.isEmpty()) {
				waiting.add(what + " of '" + project.settings().key() + "' (" + destination(project) + ")");
			}
		}
		if (waiting.length() == 0) {
			return false;
		}
		logger.warn("The application context waits up to " + Math.max(1, most.toSeconds())
				+ " s before it closes, to send what Braintrust projects have recorded: " + waiting
				+ ((unnamed > 0) ? " and those of " + Amount.of(unnamed, "more project") : "")
				+ ". 'braintrust.export.shutdown-timeout' limits the wait.");
		return true;
	}

	private String waiting(Project project) {
		ExportStatus export = this.pipeline.status(project.settings().key());
		AttachmentStatus attachments = project.attachmentStatus();
		StringJoiner waiting = new StringJoiner(" and ");
		if (export.queued() > 0) {
			waiting.add(Amount.of(export.queued(), "span"));
		}
		if (attachments != null && attachments.waiting() > 0) {
			waiting.add(Amount.of(attachments.waiting(), "attachment"));
		}
		return waiting.toString();
	}

	private String destination(Project project) {
		ExportStatus export = this.pipeline.status(project.settings().key());
		String error = (export.state() == ExportStatus.State.RETRYING) ? export.lastError() : null;
		return project.settings().destination() + ": " + ((error != null) ? OneLine.of(error) : "no answer yet");
	}

}
