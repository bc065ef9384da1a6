package dev.braintrust.spring.prompt.load;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.braintrust.spring.prompt.LoadedPrompt;
import dev.braintrust.spring.prompt.PromptUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The last loaded version of a prompt. An expired prompt is used while it is loaded again
 * in the background, so that callers do not wait.
 */
final class CachedPrompt {

	private final Supplier<CompletableFuture<LoadedPrompt>> source;

	private final PromptSettings settings;

	// Whether to keep an expired prompt if loading fails temporarily.
	private final boolean lasting;

	private final LongSupplier clock;

	private @Nullable CompletableFuture<LoadedPrompt> underWay;

	private @Nullable LoadedPrompt prompt;

	private @Nullable PromptUnavailableException failure;

	private long loadedAt;

	private long failedAt;

	CachedPrompt(Supplier<CompletableFuture<LoadedPrompt>> source, PromptSettings settings, boolean lasting,
			LongSupplier clock) {
		this.source = source;
		this.settings = settings;
		this.lasting = lasting;
		this.clock = clock;
	}

	// Return the prompt. Waits only if no version is in memory, and after a failure only
	// without a fallback.
	LoadedPrompt get(boolean hasFallback) {
		CompletableFuture<LoadedPrompt> next = null;
		synchronized (this) {
			LoadedPrompt prompt = this.prompt;
			PromptUnavailableException failure = this.failure;
			long now = this.clock.getAsLong();
			boolean pausing = failure != null && now - this.failedAt < this.settings.pause().toNanos();
			if (prompt == null || now - this.loadedAt >= this.settings.cacheTtl().toNanos()) {
				next = pausing ? null : refresh();
			}
			// The load may already be complete.
			prompt = (prompt != null) ? prompt : this.prompt;
			if (prompt != null) {
				return prompt;
			}
			if (failure != null && (next == null || hasFallback)) {
				throw failure;
			}
		}
		return await(Objects.requireNonNull(next));
	}

	private synchronized CompletableFuture<LoadedPrompt> refresh() {
		CompletableFuture<LoadedPrompt> known = this.underWay;
		if (known != null) {
			return known;
		}
		CompletableFuture<LoadedPrompt> loading = this.source.get();
		if (!loading.isDone()) {
			this.underWay = loading;
		}
		loading.whenComplete(this::loaded);
		return loading;
	}

	private synchronized void loaded(@Nullable LoadedPrompt prompt, @Nullable Throwable thrown) {
		this.underWay = null;
		if (prompt != null) {
			this.prompt = prompt;
			this.failure = null;
			this.loadedAt = this.clock.getAsLong();
			return;
		}
		PromptFailure failure = PromptFailure.of(thrown);
		this.failure = failure.exception();
		this.failedAt = this.clock.getAsLong();
		if (!failure.passing() || !this.lasting) {
			this.prompt = null;
		}
	}

	private static LoadedPrompt await(CompletableFuture<LoadedPrompt> next) {
		try {
			return next.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PromptUnavailableException("The thread that waited for a prompt was interrupted", ex);
		}
		catch (ExecutionException ex) {
			throw PromptFailure.of(ex).exception();
		}
	}

}
