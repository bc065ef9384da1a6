package dev.braintrust.spring.api;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Creates background threads: daemons that keep no application running, end when they are
 * idle, and inherit nothing from the thread that first needs them.
 */
public final class BackgroundThreads {

	private static final int IDLE_SECONDS = 5;

	private BackgroundThreads() {
	}

	public static ThreadFactory named(String name) {
		return (task) -> {
			Thread thread = new Thread(null, task, name, 0, false);
			thread.setDaemon(true);
			// Without inherited thread locals, the context class loader would be
			// the system's.
			thread.setContextClassLoader(BackgroundThreads.class.getClassLoader());
			return thread;
		};
	}

	// Create a pool for work that may hang.
	public static ThreadPoolExecutor pool(String name, int threads) {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), named(name));
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	// Create a pool that starts a thread for each concurrent task, up to a limit, and
	// rejects more tasks.
	public static ThreadPoolExecutor asNeeded(String name, int threads) {
		return new ThreadPoolExecutor(0, threads, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
				named(name));
	}

	// Create a thread for timers. Do not run work on it that may hang.
	public static ScheduledThreadPoolExecutor clock(String name) {
		ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, named(name));
		clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		clock.allowCoreThreadTimeOut(true);
		clock.setRemoveOnCancelPolicy(true);
		clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return clock;
	}

}
