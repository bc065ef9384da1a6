package dev.braintrust.spring.eval.run;

import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * The threads of one run. Rows do not inherit the current span of the thread that starts
 * the run.
 */
final class RowThreads {

	private final SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("braintrust-eval-");

	private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

	RowThreads(boolean virtual) {
		this.threads.setVirtualThreads(virtual);
		this.threads.setDaemon(true);
	}

	RowThreads(ThreadFactory threads) {
		this.threads.setThreadFactory(threads);
	}

	// Run work on another thread. If no thread can be created, pass on the reason and
	// run it on this thread.
	void start(Runnable work, Consumer<Throwable> refused) {
		try {
			this.threads.execute(() -> {
				Thread.currentThread().setContextClassLoader(this.loader);
				try (Scope scope = Context.root().makeCurrent()) {
					work.run();
				}
			});
		}
		catch (Throwable ex) {
			refused.accept(ex);
			work.run();
		}
	}

}
